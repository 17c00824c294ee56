using System.Globalization;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Data;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Model.Attention;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Attention;

/// <summary>Attention with its projections, in float32, as the model computes it, beside the same by libtorch's operators one after another: of users of one length, events and indicators.</summary>
internal sealed class AttentionBenchmark(AttentionSettings settings, Device device, TextWriter output)
{
    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <param name="lengths">Events of a user, one case each.</param>
    public void Run(int[] lengths)
    {
        Say($"Milliseconds a batch of about {settings.Events} events, medians of 5, contestants in turn, one warm-up each, on {device}.");
        var results = lengths.ToDictionary(l => $"length{l}", l => (object?)Case(l));
        output.WriteLine(JsonLine.Of("attention", settings.Seed, new { device = device.ToString(), attention = settings }, results));
    }

    private Dictionary<string, double> Case(int length)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)settings.Seed);
        using var attention = new EventAttention(settings.Hidden, settings.Heads, generator);
        attention.to(device);
        var users = Math.Max(1, settings.Events / length);
        var input = Users(users, length);
        var x = randn([input.Events + (users * settings.Indicators), settings.Hidden], generator: generator).to(device);
        var seconds = Race.Medians(device, () => Train(Fast), () => Train(Plain), () => Score(Fast), () => Score(Plain));
        double[] ms = [.. seconds.Select(s => 1e3 * s / settings.Repeats)];
        Say($"{users} users of {length} events: forward and backward {ms[0]:0.00}, an operator at a time {ms[1]:0.00}: {ms[1] / ms[0]:0.0} times as fast; scoring {ms[2]:0.00} and {ms[3]:0.00}: {ms[3] / ms[2]:0.0} times as fast.");
        return new()
        {
            ["users"] = users,
            ["milliseconds"] = ms[0],
            ["stepwiseMilliseconds"] = ms[1],
            ["speedUp"] = ms[1] / ms[0],
            ["scoringMilliseconds"] = ms[2],
            ["stepwiseScoringMilliseconds"] = ms[3],
            ["scoringSpeedUp"] = ms[3] / ms[2],
        };

        Tensor Fast(Tensor states) => attention.Attend(states, input, settings.Indicators, EventStates.All, ComputePrecision.Float32).States;

        Tensor Plain(Tensor states) => attention.AttendStepwise(states, input, settings.Indicators, EventStates.All, ComputePrecision.Float32).States;

        void Train(Func<Tensor, Tensor> attend) => Repeat(() => attend(x.detach().requires_grad_()).sum().backward());

        void Score(Func<Tensor, Tensor> attend)
        {
            using var off = no_grad();
            Repeat(() => attend(x));
        }
    }

    private void Repeat(Action call)
    {
        for (var i = 0; i < settings.Repeats; i++)
        {
            using var scope = NewDisposeScope();
            call();
        }
    }

    private SequenceInput Users(int users, int length)
    {
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(1, [], [], HasTime: false, ProfileSize: 0),
            Offsets = [.. Enumerable.Range(0, users + 1).Select(u => u * length)],
            Items = [.. Enumerable.Repeat(1, users * length)],
        };
        return new BatchBuilder(data, length, device).Build([.. Enumerable.Range(0, users)], [.. Enumerable.Repeat(length, users)]);
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}

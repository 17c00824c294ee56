using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Tasks.Sharing;

/// <summary>Experts and gates as plain loops over numbers, from a module's weights by name.</summary>
internal sealed class Reference(nn.Module module, int size, int hidden)
{
    private readonly Dictionary<string, float[]> _weights =
        module.state_dict().ToDictionary(p => p.Key, p => TestDevice.Read(p.Value), StringComparer.Ordinal);

    /// <summary>What expert <paramref name="expert"/> of a bank of <paramref name="experts"/> makes of <paramref name="x"/>.</summary>
    public double[] Expert(string bank, int experts, int expert, double[] x)
    {
        var (inner, outer) = (_weights[$"{bank}.inner.weight"], _weights[$"{bank}.outer.weight"]); // (E·H, D) and (D, E·H)
        var y = x.ToArray();
        for (var h = expert * hidden; h < (expert + 1) * hidden; h++)
        {
            double sum = 0;
            for (var d = 0; d < size; d++) { sum += inner[(h * size) + d] * x[d]; }
            var active = sum * 0.5 * (1 + Erf(sum / Math.Sqrt(2)));
            for (var d = 0; d < size; d++) { y[d] += outer[(d * experts * hidden) + h] * active; }
        }
        return y;
    }

    /// <summary>The softmax of a gate.</summary>
    public double[] Gate(string name, double[] x)
    {
        var weight = _weights[$"{name}.weight"];
        double[] logits = [.. Enumerable.Range(0, weight.Length / size).Select(e => Enumerable.Range(0, size).Sum(d => weight[(e * size) + d] * x[d]))];
        var total = logits.Sum(Math.Exp);
        return [.. logits.Select(l => Math.Exp(l) / total)];
    }

    /// <summary>The sum of vectors, each times its share.</summary>
    public static double[] Sum(double[] shares, params double[][] vectors) =>
        [.. Enumerable.Range(0, vectors[0].Length).Select(d => shares.Zip(vectors, (s, v) => s * v[d]).Sum())];

    // The series of the integral of the normal density: exact to the last digits for what is met here.
    private static double Erf(double z)
    {
        double term = z, sum = z;
        for (var n = 1; n < 80; n++)
        {
            term *= -z * z / n;
            sum += term / ((2 * n) + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}

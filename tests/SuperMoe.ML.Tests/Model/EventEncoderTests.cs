using SuperMoe.ML.Tests.Training;
using SuperMoe.ML.Training;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model;

public sealed class EventEncoderTests
{
    [Fact]
    public void Encode_is_the_normalized_sum_of_what_an_event_consists_of()
    {
        using var scope = NewDisposeScope();
        var data = TinyShop.Data(TinyShop.AllTasks);
        using var model = Packed.Model(data, TinyShop.Model());
        var encoder = model.Encoder;
        encoder.Numbers!.Standardize([(40, 20)]);
        encoder.Profiles!.Standardize([(10, 5), (0, 0)]);
        var weights = encoder.state_dict();

        var (events, profile) = encoder.Encode(Packed.Users(data, 16, 3), null); // 7 events, of which the model sees 6, then 3

        Assert.Equal([9, 16], events.shape);
        var n = 0;
        for (var b = 0; b < 2; b++)
        {
            var user = b == 0 ? 16 : 3;
            var features = data.Profiles.AsSpan(user * 2, 2).ToArray();
            var expectedProfile = Map("profiles", [Standard(features[0], 10, 5), Standard(features[1], 0, 1)], features);
            Assert.True(profile![b].allclose(expectedProfile, 1e-4, 1e-6));
            for (var e = data.Offsets[user + 1] - (b == 0 ? 6 : 3); e < data.Offsets[user + 1]; e++, n++)
            {
                var price = data.NumberFields[0][e];
                var gap = e == data.Offsets[user] ? 0 : BatchBuilder.TimeGapBucket(data.Times![e] - data.Times[e - 1]);
                var sum = weights["items.ids.weight"][data.Items[e]]
                    + weights["field0.weight"][data.KeyFields[0][e]]
                    + weights["positions.weight"][data.Offsets[user + 1] - e] // 1 is the latest
                    + weights["gaps.weight"][gap]
                    + Map("numbers", [Standard(price, 40, 20)], [price])
                    + expectedProfile;
                Assert.True(events[n].allclose((sum - sum.mean()) / ((sum - sum.mean()).square().mean() + 1e-5).sqrt(), 1e-3, 1e-4));
            }
        }

        Tensor Map(string name, float[] standard, float[] raw)
        {
            float[] input = [.. standard, .. raw.Select(r => float.IsFinite(r) ? 0f : 1f)];
            return matmul(weights[$"{name}.map.weight"], TestDevice.Tensor(input));
        }

        static float Standard(float value, float mean, float deviation) => float.IsFinite(value) ? (value - mean) / deviation : 0;
    }

    [Fact]
    public void FeatureEncoder_takes_infinity_as_missing_like_NaN()
    {
        using var scope = NewDisposeScope();
        using var model = Packed.Model(TinyShop.Data(TinyShop.AllTasks), TinyShop.Model());
        var y = model.Encoder.Numbers!.forward(TestDevice.Tensor([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1f], 4, 1));

        Assert.True(y.isfinite().all().item<bool>());
        Assert.True(y[0].equal(y[1]).all().item<bool>());
        Assert.True(y[0].equal(y[2]).all().item<bool>());
        Assert.False(y[0].equal(y[3]).all().item<bool>());
    }

    [Theory]
    [InlineData(0.01f)] // overflows when it is standardized
    [InlineData(20f)] // overflows when it is squared
    public void FeatureEncoder_takes_a_number_that_would_overflow_as_missing(float deviation)
    {
        using var scope = NewDisposeScope();
        var data = TinyShop.Data(TinyShop.AllTasks);
        using var model = Packed.Model(data, TinyShop.Model());
        model.Encoder.Numbers!.Standardize([(40, deviation)]);
        data.NumberFields[0].AsSpan().Fill(float.NaN);
        var missing = model.Encoder.Encode(Packed.Users(data, 16, 3), null).Events;

        data.NumberFields[0].AsSpan().Fill(float.MaxValue);
        var huge = model.Encoder.Encode(Packed.Users(data, 16, 3), null).Events;

        Assert.True(huge.isfinite().all().item<bool>());
        Assert.True(huge.equal(missing).all().item<bool>());
    }
}

using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class MessageCultureTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Numbers_of_messages_and_logs_do_not_depend_on_the_culture()
    {
        var users = SampleUsers.KeyedView(_ml, 1200);
        var lines = new List<string>();
        _ml.Log += (_, e) => lines.Add(e.Message);
        var before = CultureInfo.CurrentCulture;
        string? mistake;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            new SuperMoeEstimator(_ml.Environment(), SampleUsers.Options(), new FakeEngine()).Fit(users);
            mistake = ItemColumnMatcher.Mistake(users.Schema["UserId"], null, 12_345);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        Assert.Contains(lines, l => l.Contains("Read 1,200 users with ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("weights in 0.0 s;", StringComparison.Ordinal));
        Assert.Contains("a key of 12,345 values", mistake, StringComparison.Ordinal);
    }
}

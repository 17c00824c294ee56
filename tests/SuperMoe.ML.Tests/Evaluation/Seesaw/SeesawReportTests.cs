using System.Globalization;
using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Tests.Evaluation.Seesaw;

public sealed class SeesawReportTests
{
    [Fact]
    public void Text_is_a_table_of_tasks()
    {
        Assert.Equal(
            """
            Together against alone: 3 seeds, 95% intervals, 1,600 users to train on, 400 held out.
              Task   Metric                  Alone  Together                   Better by  Relative  Verdict  Over users too  And verdict
              Click  AUC                    0.5200    0.5400  +0.0200 [-0.0048, +0.0448]     +3.8%      tie   (no interval)    undecided
              Spend  RMSE (less is better)  2.1000    2.0000  +0.1000 [+0.1000, +0.1000]     +4.8%     gain   (no interval)    undecided
            Mean relative gain: +4.3% [+1.9%, +6.7%]; 1 gain, 1 tie.
            9 runs, 0 of them reused; 5 min of training.

            """.ReplaceLineEndings("\n"),
            SampleRuns.Report(SampleRuns.All(), "Joint").ToString());
    }

    [Fact]
    public void Text_has_the_interval_over_users_too()
    {
        var report = SampleRuns.Report(SampleRuns.WithGroups(0, 0), "Joint");
        var lines = report.ToString().Split('\n');
        Assert.Matches(@"Click .* tie +\[-0\.0048, \+0\.0448\] +tie$", lines[2]); // all groups alike
        Assert.Matches(@"^Mean relative gain: \+4\.3% \[\+1\.9%, \+6\.7%\], over users too \[\+1\.9%, \+6\.7%\]; ", lines[4]);
    }

    [Fact]
    public void Text_has_a_column_for_each_contestant()
    {
        SeesawRun[] runs = [.. SampleRuns.All(), .. SampleRuns.Together("MMoE", [0.40, 0.42, 0.44], SampleRuns.SpendAlone)];
        var lines = SampleRuns.Report(runs, "Joint", "MMoE").ToString().Split('\n');
        var head = Array.FindIndex(lines, l => l.Contains("MMoE", StringComparison.Ordinal));
        Assert.Matches(@"Task\s+Alone\s+Joint\s+MMoE$", lines[head]);
        Assert.Matches(@"Click\s+0\.5200\s+0\.5400 \+3\.8% tie\s+0\.4200 -19\.2% loss$", lines[head + 1]);
        Assert.Matches(@"Spend\s+2\.1000\s+2\.0000 \+4\.8% gain\s+2\.1000 0\.0% tie$", lines[head + 2]);
        Assert.Matches(@"Mean relative gain\s+\+4\.3% \[\+1\.9%, \+6\.7%\]\s+-9\.6% \[-9\.6%, -9\.6%\]$", lines[head + 3]);
    }

    [Fact]
    public void Text_of_one_seed_says_that_there_is_no_interval()
    {
        var text = SampleRuns.Report([.. SampleRuns.All().Where(r => r.Seed == 1)], "Joint").ToString();
        Assert.Contains("1 seed, ", text, StringComparison.Ordinal);
        Assert.Contains("+0.0300 (no interval)", text, StringComparison.Ordinal);
        Assert.Contains("2 undecided", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_the_same_in_every_culture()
    {
        var report = SampleRuns.Report(SampleRuns.All(), "Joint");
        var expected = report.ToString();
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            Assert.Equal(expected, report.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(0.34, "0.3 s")]
    [InlineData(42, "42 s")]
    [InlineData(600, "10 min")]
    [InlineData(9000, "2.5 h")]
    [InlineData(double.NaN, "unknown")]
    public void Durations_are_in_a_unit_that_is_easy_to_read(double seconds, string expected)
    {
        Assert.Equal(expected, SeesawText.Duration(seconds));
    }
}

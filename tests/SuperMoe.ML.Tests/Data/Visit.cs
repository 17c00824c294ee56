namespace SuperMoe.ML.Tests.Data;

/// <summary>An event of most tests.</summary>
internal sealed class Visit
{
    public string User { get; set; } = "";

    public long Time { get; set; }

    public string Page { get; set; } = "";

    public float Amount { get; set; }

    /// <summary>"a 3 home" is user a, time 3, page home; one visit a line or semicolon. The amount is the number of the visit, from 0.</summary>
    public static Visit[] Parse(string visits) =>
    [
        .. visits.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' '))
            .Select((words, i) => new Visit
            {
                User = words[0],
                Time = long.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture),
                Page = words.Length > 2 ? words[2] : "",
                Amount = i,
            }),
    ];
}

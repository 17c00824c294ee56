using Microsoft.ML.Data;

namespace Quickstart.MovieLens;

/// <summary>A user of MovieLens as the pipeline reads it: every fifth one's labels are hidden. Empty text is a missing class.</summary>
internal sealed class MovieFanRow
{
    public string UserId { get; set; } = "";

    public string Gender { get; set; } = "";

    [ColumnName("Gender.Truth")]
    public string GenderTruth { get; set; } = "";

    public string AgeBand { get; set; } = "";

    [ColumnName("AgeBand.Truth")]
    public string AgeBandTruth { get; set; } = "";

    public string Occupation { get; set; } = "";

    [ColumnName("Occupation.Truth")]
    public string OccupationTruth { get; set; } = "";

    /// <summary>Whether the user's mean rating is above that of most users: the model sees what was rated, never how.</summary>
    [ColumnName("Generous.Truth")]
    public float GenerousTruth { get; set; }

    [ColumnName(Dataset.TestColumn)]
    public float IsTest { get; set; }

    public static MovieFanRow From(MovieFan user, bool generous, bool hidden) => new()
    {
        UserId = user.UserId,
        Gender = hidden ? "" : user.Gender,
        GenderTruth = user.Gender,
        AgeBand = hidden ? "" : user.AgeBand,
        AgeBandTruth = user.AgeBand,
        Occupation = hidden ? "" : user.Occupation,
        OccupationTruth = user.Occupation,
        GenerousTruth = generous ? 1 : 0,
        IsTest = hidden ? 1 : 0,
    };
}

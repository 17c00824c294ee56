using Microsoft.ML.Data;
using SuperMoe.ML;

namespace Quickstart.Shop;

/// <summary>A user of the simulated shop as the pipeline reads it: every fifth one's labels are hidden.</summary>
internal sealed class ShopUserRow
{
    public string UserId { get; set; } = "";

    public string Region { get; set; } = "";

    public float AccountAgeDays { get; set; }

    /// <summary>Empty text is a missing class.</summary>
    public string Gender { get; set; } = "";

    [ColumnName("Gender.Truth")]
    public string GenderTruth { get; set; } = "";

    /// <summary>NaN is a missing number.</summary>
    public float Age { get; set; }

    [ColumnName("Age.Truth")]
    public float AgeTruth { get; set; }

    /// <summary>1 or 0, and not Boolean, which could not be missing.</summary>
    public float Churned { get; set; }

    [ColumnName("Churned.Truth")]
    public float ChurnedTruth { get; set; }

    [ColumnName("Segment.Truth")]
    public string SegmentTruth { get; set; } = "";

    [ColumnName(Dataset.TestColumn)]
    public float IsTest { get; set; }

    public static ShopUserRow From(ShopUser user, int index)
    {
        var hidden = index % 5 == 0;
        var churned = user.Churned ? 1f : 0f;
        return new ShopUserRow
        {
            UserId = user.UserId,
            Region = user.Region,
            AccountAgeDays = user.AccountAgeDays,
            Gender = hidden ? "" : user.Gender,
            GenderTruth = user.Gender,
            Age = hidden ? float.NaN : user.Age,
            AgeTruth = user.Age,
            Churned = hidden ? float.NaN : churned,
            ChurnedTruth = churned,
            SegmentTruth = user.Segment,
            IsTest = hidden ? 1 : 0,
        };
    }
}

namespace SuperMoe.ML.Tests.Estimators;

/// <summary>A user as an app has it, before keys.</summary>
internal sealed class UserRow
{
    public string UserId { get; set; } = "";

    public string[] Item { get; set; } = [];

    public string[] Action { get; set; } = [];

    public float[] Amount { get; set; } = [];

    public long[] Time { get; set; } = [];

    public float Income { get; set; }

    public string Gender { get; set; } = "";

    public float Age { get; set; }

    public bool Churned { get; set; }

    public float Liked { get; set; }

    public string Candidate { get; set; } = "";

    public string NextItem { get; set; } = "";
}

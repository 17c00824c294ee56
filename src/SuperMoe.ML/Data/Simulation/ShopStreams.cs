namespace SuperMoe.ML.Data;

/// <summary>The kinds of random streams, so that one thing's draws never shift another's.</summary>
internal static class ShopStreams
{
    public const ulong Taste = 1;
    public const ulong Succession = 2;
    public const ulong Item = 3;
    public const ulong Person = 4;
    public const ulong Purchases = 5;
    public const ulong Conflict = 6;
}

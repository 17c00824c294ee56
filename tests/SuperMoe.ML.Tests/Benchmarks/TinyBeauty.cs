namespace SuperMoe.ML.Tests.Benchmarks;

/// <summary>Files in the format of Beauty.</summary>
internal static class TinyBeauty
{
    /// <summary>Writes 100 users with 5 to 9 of 30 items, in three top categories (1, 2, 3), some with brands (20 and more).</summary>
    public static void Write(TemporaryFolder folder)
    {
        folder.Write("t.txt", Enumerable.Range(1, 100).Select(u => $"{u} {string.Join(' ', Enumerable.Range(0, 5 + (u % 5)).Select(i => 1 + (((u * 7) + (i * (1 + (u % 3)))) % 30)))}"));
        folder.Write("t_item2attributes.json", $"{{{string.Join(", ", Enumerable.Range(1, 30).Select(Item))}}}");
    }

    private static string Item(int id) => $"\"{id}\": [{(id % 2 == 0 ? $"{20 + (id % 5)}, " : "")}{1 + (id % 3)}, {10 + (id % 6)}]";
}

using System.Globalization;

namespace SuperMoe.ML.Benchmarks.Sequence;

/// <summary>A file of one user a line, <c>user item item ...</c>, oldest item first; ids are whole numbers from 1.</summary>
/// <param name="Users">The users, in the file's order.</param>
internal sealed record SequenceFile(IReadOnlyList<SequenceUser> Users)
{
    public int Events => Users.Sum(u => u.Items.Length);

    /// <summary>Every item of the file, those that only appear as test targets included, in ascending order.</summary>
    public int[] Items() => [.. Users.SelectMany(u => u.Items).Distinct().Order()];

    /// <exception cref="DataFileException">No such file, or a line that is not as told above.</exception>
    public static SequenceFile Read(string path)
    {
        if (!File.Exists(path)) { throw new DataFileException($"There is no file {path}."); }
        var users = new List<SequenceUser>();
        var lineOfUser = new Dictionary<int, int>();
        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text)) { continue; }
            var ids = Ids(path, line, text);
            if (ids.Length < 2) { throw new DataFileException(path, line, $"user {ids[0]} has no items; expected 'user item item ...'."); }
            if (!lineOfUser.TryAdd(ids[0], line))
            {
                throw new DataFileException(path, line, $"user {ids[0]} is already on line {lineOfUser[ids[0]]}; expected one line a user.");
            }
            users.Add(new SequenceUser(ids[0], ids[1..]));
        }
        return users.Count > 0 ? new SequenceFile(users) : throw new DataFileException($"{path} has no users; expected lines of 'user item item ...'.");
    }

    private static int[] Ids(string path, int line, string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var ids = new int[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out ids[i]) || ids[i] < 1)
            {
                throw new DataFileException(path, line, $"'{words[i]}' (word {i + 1}) is not an id; expected whole numbers from 1.");
            }
        }
        return ids;
    }
}

namespace Quickstart.MovieLens;

/// <summary>One of RecBole's atomic files: tab-separated, with a header of <c>name:type</c>.</summary>
internal sealed class AtomicFile
{
    private readonly string _path;
    private readonly string[] _names;

    public AtomicFile(string path)
    {
        _path = path;
        _names = [.. (File.ReadLines(path).FirstOrDefault() ?? "").Split('\t').Select(column => column.Split(':')[0])];
    }

    /// <summary>The values of <paramref name="columns"/>, row by row.</summary>
    /// <exception cref="FormatException">A column is missing, or a row is too short.</exception>
    public IEnumerable<string[]> Read(params string[] columns)
    {
        var places = Array.ConvertAll(columns, Place);
        foreach (var (line, index) in File.ReadLines(_path).Select((line, index) => (line, index)).Skip(1))
        {
            var values = line.Split('\t');
            if (values.Length != _names.Length)
            {
                throw new FormatException($"'{_path}', line {index + 1}: {values.Length} values instead of {_names.Length}.");
            }

            yield return Array.ConvertAll(places, place => values[place]);
        }
    }

    private int Place(string column)
    {
        var place = Array.IndexOf(_names, column);
        return place >= 0
            ? place
            : throw new FormatException($"'{_path}' has no column '{column}'; its columns are {string.Join(", ", _names)}.");
    }
}

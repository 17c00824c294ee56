using System.Globalization;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>A file of RecBole's atomic format: tab separated, the first line names the columns as <c>name:type</c>.</summary>
internal sealed class AtomicFile
{
    private readonly string _path;
    private readonly string[] _names;
    private readonly List<string[]> _rows = [];

    private AtomicFile(string path, string[] names) => (_path, _names) = (path, names);

    public int Count => _rows.Count;

    /// <summary>Reads the only file of the folder with this extension.</summary>
    /// <exception cref="DataFileException">No such file, more than one, or a line with a wrong number of fields.</exception>
    public static AtomicFile Read(string folder, string extension)
    {
        if (!Directory.Exists(folder)) { throw new DataFileException($"There is no folder {folder}."); }
        string[] found = Directory.GetFiles(folder, $"*.{extension}");
        if (found.Length != 1) { throw new DataFileException($"{folder} has {found.Length} files *.{extension}; expected one."); }
        using var lines = File.ReadLines(found[0]).GetEnumerator();
        if (!lines.MoveNext()) { throw new DataFileException(found[0], 1, "the line with the names of the columns is missing."); }
        var file = new AtomicFile(found[0], [.. lines.Current.Split('\t').Select(c => c.Split(':')[0])]);
        while (lines.MoveNext()) { file.Add(lines.Current); }
        return file;
    }

    /// <summary>The place of a column.</summary>
    /// <exception cref="DataFileException">No such column.</exception>
    public int Column(string name) => Array.IndexOf(_names, name) is >= 0 and var place
        ? place
        : throw new DataFileException(_path, 1, $"there is no column '{name}'; the columns are {string.Join(", ", _names)}.");

    public string Text(int row, int column) => _rows[row][column];

    /// <exception cref="DataFileException">The field is no whole number of at least 1.</exception>
    public int Id(int row, int column) =>
        int.TryParse(Text(row, column), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id >= 1
            ? id
            : throw Wrong(row, column, "a whole number from 1");

    /// <exception cref="DataFileException">The field is no number.</exception>
    public double Number(int row, int column) =>
        double.TryParse(Text(row, column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(row, column, "a number");

    /// <summary>The complaint about a field.</summary>
    public DataFileException Wrong(int row, int column, string expected) =>
        new(_path, row + 2, $"'{Text(row, column)}' in column '{_names[column]}' is not {expected}.");

    private void Add(string line)
    {
        var fields = line.Split('\t');
        if (fields.Length != _names.Length)
        {
            throw new DataFileException(_path, _rows.Count + 2, $"there are {fields.Length} fields; expected {_names.Length}: {string.Join(", ", _names)}.");
        }
        _rows.Add(fields);
    }
}

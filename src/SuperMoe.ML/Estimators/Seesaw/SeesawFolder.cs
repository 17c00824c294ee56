using System.Text.Json;
using SuperMoe.ML.Persistence;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>The files of finished runs.</summary>
/// <param name="path">The folder.</param>
/// <param name="data">The fingerprint of the data.</param>
internal sealed class SeesawFolder(string path, string data)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>A finished run; <see langword="null"/> where there is none.</summary>
    /// <exception cref="InvalidOperationException">The file is of a run with other options or other data.</exception>
    /// <exception cref="InvalidDataException">The file is no run.</exception>
    public SeesawRun? Find(PlannedRun plan)
    {
        var file = System.IO.Path.Combine(path, plan.FileName);
        if (!File.Exists(file)) { return null; }
        var document = Read(file);
        var differences = OptionsText.Differences(document.Options, plan.Text).ToList();
        if (document.Contestant != plan.Contestant) { differences.Add($"the contestant was '{document.Contestant}' and is '{plan.Contestant}'"); }
        if (document.Data != data) { differences.Add("the data are others"); }
        if (differences.Count == 0) { return document.ToRun(); }
        throw new InvalidOperationException(
            $"The folder '{path}' has a run of something else, in '{plan.FileName}': {string.Join("; ", differences)}. "
            + $"Choose another {nameof(SeesawOptions.Folder)}, or delete the file to train the run again.");
    }

    /// <summary>Makes the folder, and sees that files can be written there.</summary>
    /// <exception cref="InvalidOperationException">They cannot.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(path);
            using var trial = new FileStream(System.IO.Path.Combine(path, $"{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"{nameof(SeesawOptions.Folder)} is '{path}'; allowed is a folder that finished runs can be written to. {e.Message} Nothing was trained.", e);
        }
    }

    /// <summary>Keeps a finished run: whole or not at all, whenever the process may end.</summary>
    public void Keep(PlannedRun plan, SeesawRun run)
    {
        Directory.CreateDirectory(path); // it may have been deleted since
        var file = System.IO.Path.Combine(path, plan.FileName);
        var draft = $"{file}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(stream, RunDocument.Of(plan, data, run), ModelJson.Options);
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, file, overwrite: true);
        }
        finally
        {
            File.Delete(draft); // where it was not moved
        }
    }

    private static RunDocument Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("format", out var format)
                && format.ValueKind == JsonValueKind.Number && format.GetDouble() == RunDocument.CurrentFormat)
            {
                return json.Deserialize<RunDocument>(ModelJson.Options)!;
            }
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{file}' is no finished run of a comparison: {e.Message} Delete it to train the run again.", e);
        }
        throw new InvalidDataException($"'{file}' is no finished run of a comparison in format {RunDocument.CurrentFormat}. Delete it to train the run again.");
    }
}

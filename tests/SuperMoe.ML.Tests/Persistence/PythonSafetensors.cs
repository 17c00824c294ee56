using System.Diagnostics;
using System.Text.Json;

namespace SuperMoe.ML.Tests.Persistence;

/// <summary>A parser of safetensors files that shares no code with ours: Python's, without any package.</summary>
internal static class PythonSafetensors
{
    private const string Parser = """
        import json, struct, sys
        data = open(sys.argv[1], 'rb').read()
        size = struct.unpack('<Q', data[:8])[0]
        header = json.loads(data[8:8 + size])
        header.pop('__metadata__', None)
        codes = {'F64': 'd', 'F32': 'f', 'F16': 'e', 'I64': 'q', 'I32': 'i', 'U8': 'B', 'BOOL': '?'}
        out, end = {}, 0
        for name, t in header.items():
            begin, stop = t['data_offsets']
            assert begin == end and (8 + size) % 8 == 0
            end = stop
            count = 1
            for n in t['shape']:
                count *= n
            out[name] = [t['shape'], list(struct.unpack(f"<{count}{codes[t['dtype']]}", data[8 + size + begin:8 + size + stop]))]
        assert 8 + size + end == len(data)
        print(json.dumps(out))
        """;

    /// <summary>By name: the shape, and the values in a row. Skips the test where there is no Python.</summary>
    public static JsonDocument Read(byte[] file)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            File.WriteAllBytes(path, file);
            return JsonDocument.Parse(Run(Parser, path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Run(string script, string argument)
    {
        var start = new ProcessStartInfo("python3") { ArgumentList = { "-c", script, argument }, RedirectStandardOutput = true, RedirectStandardError = true };
        Process? python = null;
        try
        {
            python = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // not installed
        }
        Skip.If(python is null, "python3 is not on the PATH.");
        using (python)
        {
            var errors = python!.StandardError.ReadToEndAsync();
            var output = python.StandardOutput.ReadToEnd();
            python.WaitForExit();
            Assert.True(python.ExitCode == 0, errors.Result);
            return output;
        }
    }
}

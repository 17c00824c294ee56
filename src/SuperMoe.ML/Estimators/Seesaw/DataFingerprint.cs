using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using SuperMoe.ML.Data;
using SuperMoe.ML.Persistence;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>A hash of users' behaviour, labels and items' attributes: equal for equal numbers in equal order.</summary>
internal sealed class DataFingerprint : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of what training and judging read.</summary>
    public static string Of(BehaviorDataset training, BehaviorDataset test, ItemAttributes? attributes)
    {
        using var fingerprint = new DataFingerprint();
        fingerprint.Add(training);
        fingerprint.Add(test);
        if (attributes is not null) { fingerprint.Add(attributes); }
        return Convert.ToHexStringLower(fingerprint._hash.GetHashAndReset().AsSpan(0, 16));
    }

    public void Dispose() => _hash.Dispose();

    private void Add(BehaviorDataset data)
    {
        _hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(data.Schema, ModelJson.Options));
        var events = data.Offsets[data.Count];
        Add(data.Offsets, data.Count + 1);
        Add(data.Items, events);
        foreach (var field in data.KeyFields) { Add(field, events); }
        foreach (var field in data.NumberFields) { Add(field, events); }
        Add(data.Times, events);
        Add(data.Profiles, data.Count * data.Schema.ProfileSize);
        foreach (var labels in data.Labels) { Add(labels, data.Count); }
        foreach (var candidates in data.Candidates) { Add(candidates, data.Count); }
        Add(data.Validation, data.Count);
    }

    private void Add(ItemAttributes attributes)
    {
        _hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(attributes.KeyFields, ModelJson.Options));
        for (var f = 0; f < attributes.KeyFields.Count; f++)
        {
            Add(attributes.Offsets[f], attributes.Offsets[f].Length);
            Add(attributes.Values[f], attributes.Values[f].Length);
        }
        Add(attributes.Numbers, attributes.Numbers.Length);
    }

    // Its length goes first, so that what one array ends with is not taken for another's beginning.
    private void Add<T>(T[]? values, int count)
        where T : unmanaged
    {
        ReadOnlySpan<int> length = [values is null ? -1 : count];
        _hash.AppendData(MemoryMarshal.AsBytes(length));
        if (values is not null) { _hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan(0, count))); }
    }
}

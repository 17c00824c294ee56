namespace SuperMoe.ML.Persistence;

/// <summary>What a key column's keys stand for.</summary>
internal enum KeyValueType
{
    /// <summary>Nothing is known but their number (as after hashing).</summary>
    None,
    Text,
    Boolean,
    SByte,
    Byte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Single,
    Double,
    DateTime,
    DateTimeOffset,
    TimeSpan,
}

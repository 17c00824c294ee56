namespace SuperMoe.ML.Data;

/// <summary>How a label column is read.</summary>
internal enum LabelKind
{
    /// <summary>Boolean, or Single where positive is yes; read as 0 or 1.</summary>
    Binary,

    /// <summary>A key; read as the class from 0.</summary>
    Multiclass,

    /// <summary>Single; read as it is.</summary>
    Regression,
}

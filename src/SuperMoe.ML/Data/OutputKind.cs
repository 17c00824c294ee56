namespace SuperMoe.ML.Data;

/// <summary>Where a column of the grouped view comes from.</summary>
internal enum OutputKind
{
    /// <summary>The user column.</summary>
    User,

    /// <summary>The values of an event column, oldest first.</summary>
    Sequence,

    /// <summary>The values of an event column in the events held out.</summary>
    HeldOut,

    /// <summary>A column of the profiles.</summary>
    Profile,
}

namespace SuperMoe.ML;

/// <summary>What the column of the user embedding is made of. Tasks and their heads read the indicator's state, whatever the column has.</summary>
public enum EmbeddingPooling
{
    /// <summary>The state of the embedding's indicator token, trained by all tasks: as many numbers as <see cref="SuperMoeModelOptions.HiddenSize"/>.</summary>
    Indicator,

    /// <summary>
    /// That state, and behind it the sum of the vectors of the user's events (item, side fields, position, time gap, user features) as they enter the first block, over the square root of their number: twice as many numbers. What comes next
    /// follows from the latest events above all, and so does the state; in the sum all events have the same weight, and its length grows with their number and with how alike they are.
    /// </summary>
    IndicatorAndEvents,
}

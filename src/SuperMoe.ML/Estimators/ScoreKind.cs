namespace SuperMoe.ML.Estimators;

/// <summary>What an output column holds.</summary>
internal enum ScoreKind
{
    /// <summary>Vector of Single: the user embedding.</summary>
    Embedding,

    /// <summary>Single: a binary task's logit, a regression task's value.</summary>
    Score,

    /// <summary>Vector of Single: a probability for each class, or the top items' logits.</summary>
    Scores,

    /// <summary>Single: a binary task's probability.</summary>
    Probability,

    /// <summary>Boolean: a binary task's yes or no.</summary>
    Decision,

    /// <summary>Key: a multiclass task's class.</summary>
    Class,

    /// <summary>Vector of keys: the top items.</summary>
    Items,
}

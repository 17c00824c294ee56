namespace SuperMoe.ML.Model;

/// <summary>The parts of scoring a batch, told as they end to those who measure.</summary>
internal enum ScoringStage
{
    /// <summary>The users are in order, the batch is packed and its tensors are made.</summary>
    Input,

    /// <summary>The events' vectors and the indicators'.</summary>
    Events,

    /// <summary>A norm, and the residual sum before it.</summary>
    Norm,

    /// <summary>Attention of a block.</summary>
    Attention,

    /// <summary>The feed-forward network of a block: its router and experts.</summary>
    FeedForward,

    /// <summary>The best items: logits, history.</summary>
    NextItem,

    /// <summary>The outputs of other tasks, and the embedding, where cursors read them.</summary>
    Output,

    /// <summary>The batch's tensors are given back.</summary>
    Disposal,
}

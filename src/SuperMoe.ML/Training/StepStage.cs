namespace SuperMoe.ML.Training;

/// <summary>The stages of a training step, in order.</summary>
internal enum StepStage
{
    /// <summary>Tensors from the packed batch, negatives, rows of large tables.</summary>
    Input,

    /// <summary>The encoder's forward pass.</summary>
    Encoder,

    /// <summary>Heads and losses; for softmax losses with their gradients by states and items.</summary>
    Loss,

    /// <summary>The backward pass of the rest.</summary>
    Backward,

    /// <summary>Waiting for the other shards, and the sum of the gradients.</summary>
    Sum,

    /// <summary>The norm of the gradient, and losses read back from the device.</summary>
    Figures,

    /// <summary>The optimizer, and the routers' balance.</summary>
    Update,
}

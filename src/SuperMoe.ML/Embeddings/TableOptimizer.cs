namespace SuperMoe.ML;

/// <summary>Optimizers that touch only the rows of an embedding table that a batch used, so that a step's cost does not grow with the table.</summary>
public enum TableOptimizer
{
    /// <summary>Adam whose moments of a row move only in steps that use the row. State: two numbers a weight.</summary>
    LazyAdam,

    /// <summary>Adagrad with one accumulator a row, of the mean squared gradient (Mudigere et al. 2021). State: one number a row.</summary>
    RowWiseAdagrad,
}

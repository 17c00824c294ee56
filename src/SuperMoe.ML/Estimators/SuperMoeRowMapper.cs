using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>Scores single rows, such as for PredictionEngine.</summary>
internal sealed class SuperMoeRowMapper(ScoringBinding binding, IBatchScorer scorer) : IRowToRowMapper
{
    public DataViewSchema InputSchema => binding.InputSchema;

    public DataViewSchema OutputSchema => binding.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        ArgumentNullException.ThrowIfNull(dependingColumns);
        return binding.Dependencies(binding.Active(dependingColumns));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        return ReferenceEquals(input.Schema, InputSchema)
            ? new ScoredRow(binding, binding.Active(activeColumns), scorer, input)
            : throw new ArgumentException("The row is of another schema than this mapper's InputSchema.", nameof(input));
    }
}

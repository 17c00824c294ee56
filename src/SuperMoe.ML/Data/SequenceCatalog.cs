using Microsoft.ML.Runtime;
using SuperMoe.ML;
using SuperMoe.ML.Data;
using SuperMoe.ML.Interop;

namespace Microsoft.ML;

/// <summary>Adds SuperMoe.ML's operations on data to <see cref="MLContext.Data"/>.</summary>
public static class SequenceCatalog
{
    /// <summary>
    /// Groups events, one a row, into one row a user: the user column, then for each sequence column and the time column a vector of
    /// variable size under the same name, oldest event first; then the events held out, if any; then the columns of
    /// <paramref name="profiles"/>. Users come in the order of their first event. Types and annotations (key values, for instance) are kept.
    /// </summary>
    /// <remarks>
    /// Nothing is read at the call. The first reading of the result groups the events in memory, once; later readings share the result, may run
    /// at the same time and may be shuffled. With <see cref="SequenceOptions.InputIsGrouped"/> the events are streamed instead.
    /// Mistakes in the data (a missing time or user, a user with two profiles) are reported by the reading that meets them, as
    /// <see cref="InvalidOperationException"/>, naming the column and the row, counted from 1.
    /// </remarks>
    /// <param name="catalog">The catalog <see cref="MLContext.Data"/>.</param>
    /// <param name="events">The events, one a row.</param>
    /// <param name="options">Which columns, how many events.</param>
    /// <param name="profiles">
    /// What is known of the users apart from their events: at most one row a user, found by the column <see cref="SequenceOptions.UserColumn"/>,
    /// which must be of the type that it has in <paramref name="events"/>. Keys with key values are compared by these values. A user without
    /// profile gets missing values: NaN for float and double (also within vectors of known size), 0 for keys, empty text, the default value of
    /// other types, and empty vectors of variable size. Profiles of users without events are dropped.
    /// </param>
    /// <returns>A view with one row a user.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="options"/> are wrong, or the columns they name are missing or of a wrong type. All mistakes are named at once.
    /// </exception>
    public static IDataView GroupIntoSequences(
        this DataOperationsCatalog catalog, IDataView events, SequenceOptions options, IDataView? profiles = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var host = MLNet.Environment(catalog).Register(nameof(GroupIntoSequences));
        host.CheckValue(events, nameof(events));
        host.CheckValue(options, nameof(options));

        SequenceOptionsValidator.Check(host, options);
        var plan = SequencePlanner.Plan(host, events.Schema, options, profiles?.Schema);
        var profileSource = profiles is null ? null : new ProfileSource(host, profiles, plan);
        return options.InputIsGrouped
            ? new GroupedInputView(host, events, plan, profileSource)
            : new SequenceView(host, events, plan, profileSource);
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Data;

/// <summary>Resolves the columns that the options name, reporting all that is wrong with them at once.</summary>
internal sealed class SequencePlanner
{
    private readonly DataViewSchema _events;
    private readonly SequenceOptions _options;
    private readonly List<string> _mistakes = [];

    private SequencePlanner(DataViewSchema events, SequenceOptions options)
    {
        _events = events;
        _options = options;
    }

    public static SequencePlan Plan(IHostEnvironment env, DataViewSchema events, SequenceOptions options, DataViewSchema? profiles)
    {
        var planner = new SequencePlanner(events, options);
        var plan = planner.Resolve(profiles);
        return plan ?? throw env.ExceptParam(
            nameof(events), Message.OfMistakes("The events cannot be grouped", planner._mistakes));
    }

    private SequencePlan? Resolve(DataViewSchema? profiles)
    {
        var user = Find(nameof(_options.UserColumn), _options.UserColumn, ColumnTypes.IsUser, ColumnTypes.UserTypes);
        var time = Find(nameof(_options.TimeColumn), _options.TimeColumn, ColumnTypes.IsTime, ColumnTypes.TimeTypes);
        var names = SequenceOptionsValidator.FieldNames(_options).ToList();
        var fields = names
            .Select(name => name == _options.TimeColumn
                ? time
                : Find(nameof(_options.SequenceColumns), name, ColumnTypes.IsField, ColumnTypes.FieldTypes))
            .ToList();

        DataViewSchema.Column? profileUser = null;
        List<DataViewSchema.Column> profileColumns = [];
        if (profiles is not null)
        {
            profileUser = FindProfileUser(profiles, user);
            profileColumns = FindProfileColumns(profiles, names);
        }

        if (_mistakes.Count > 0)
        {
            return null;
        }

        var output = new OutputLayout(user!.Value, fields.ConvertAll(field => field!.Value), profileColumns, _options.HoldOutLast);
        return new SequencePlan
        {
            User = user.Value,
            Fields = fields.ConvertAll(field => field!.Value),
            TimeField = names.IndexOf(_options.TimeColumn),
            ProfileUser = profileUser,
            ProfileColumns = profileColumns,
            MaxLength = _options.MaxLength,
            HoldOutLast = _options.HoldOutLast,
            OutputSchema = output.Schema,
            Outputs = output.Columns,
        };
    }

    private DataViewSchema.Column? Find(string option, string name, Func<DataViewType, bool> allowed, string allowedTypes)
    {
        if (_events.GetColumnOrNull(name) is not { } column)
        {
            _mistakes.Add($"{option}: the events have no column '{name}'; they have {Names(_events)}.");
            return null;
        }

        if (!allowed(column.Type))
        {
            _mistakes.Add($"{option}: column '{name}' is {column.Type}; allowed are {allowedTypes}.");
            return null;
        }

        return column;
    }

    private DataViewSchema.Column? FindProfileUser(DataViewSchema profiles, DataViewSchema.Column? user)
    {
        var name = _options.UserColumn;
        if (profiles.GetColumnOrNull(name) is not { } column)
        {
            _mistakes.Add($"profiles: there is no user column '{name}'; the columns are {Names(profiles)}.");
            return null;
        }

        if (user is { } known && ColumnTypes.WhyNotSameUsers(known, column) is { } reason)
        {
            _mistakes.Add($"profiles: user column '{name}' is {column.Type} but {known.Type} in the events; {reason}.");
            return null;
        }

        return column;
    }

    private List<DataViewSchema.Column> FindProfileColumns(DataViewSchema profiles, List<string> fields)
    {
        var taken = fields.ToHashSet();
        if (_options.HoldOutLast > 0)
        {
            taken.UnionWith(fields.Select(SequenceOptionsValidator.HeldOutName));
        }

        var columns = profiles.Where(column => !column.IsHidden && column.Name != _options.UserColumn).ToList();
        foreach (var column in columns)
        {
            if (taken.Contains(column.Name))
            {
                _mistakes.Add($"profiles: column '{column.Name}' has the name of a column made from the events; rename or drop one of them.");
            }

            if (!ColumnTypes.IsProfile(column.Type))
            {
                _mistakes.Add($"profiles: column '{column.Name}' is {column.Type}; allowed are {ColumnTypes.ProfileTypes}.");
            }
        }

        return columns;
    }

    private static string Names(DataViewSchema schema) =>
        string.Join(", ", schema.Where(column => !column.IsHidden).Select(column => $"'{column.Name}'"));
}

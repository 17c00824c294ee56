using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>Which types a column may have in which role.</summary>
internal static class ColumnTypes
{
    public const string UserTypes = "text, keys and integers";
    public const string TimeTypes = "DateTime, DateTimeOffset, integers, Single and Double";
    public const string FieldTypes = "scalars of a primitive type or key (duplicate a vector's slots into columns, or drop the column)";
    public const string ProfileTypes = "primitive types, keys, and vectors of them";

    public static bool IsUser(DataViewType type) => type is TextDataViewType or KeyDataViewType || IsInteger(type);

    public static bool IsTime(DataViewType type) =>
        type is DateTimeDataViewType or DateTimeOffsetDataViewType || type == NumberDataViewType.Single || type == NumberDataViewType.Double
        || IsInteger(type);

    public static bool IsField(DataViewType type) => type is PrimitiveDataViewType;

    public static bool IsProfile(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>Why users of the two columns cannot be compared, or <see langword="null"/> when they can.</summary>
    public static string? WhyNotSameUsers(DataViewSchema.Column events, DataViewSchema.Column profiles)
    {
        if (events.Type is not KeyDataViewType eventKey || profiles.Type is not KeyDataViewType profileKey)
        {
            return events.Type.Equals(profiles.Type) ? null : "the types must be the same";
        }

        var eventValues = KeyValuesType(events);
        var profileValues = KeyValuesType(profiles);
        if (eventKey.RawType != profileKey.RawType)
        {
            return "the keys must have the same raw type";
        }

        if (eventValues is null && profileValues is null)
        {
            return eventKey.Count == profileKey.Count ? null : "keys without key values must have the same count";
        }

        return eventValues?.ItemType.Equals(profileValues?.ItemType) == true
            ? null
            : "both keys must have key values of the same type, or neither";
    }

    public static VectorDataViewType? KeyValuesType(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type as VectorDataViewType;

    private static bool IsInteger(DataViewType type) =>
        type is NumberDataViewType && type != NumberDataViewType.Single && type != NumberDataViewType.Double;
}

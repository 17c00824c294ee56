using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>Finds the profile of a user of the events.</summary>
internal abstract class UserJoin
{
    public static UserJoin Create(DataViewSchema.Column events, DataViewSchema.Column profiles, UserIndex profileUsers) =>
        GenericFactory.Create<UserJoin>(typeof(UserJoin<>), events.Type.RawType, profileUsers, Translation(events, profiles));

    /// <summary>The row of the profile of user number <paramref name="user"/> of <paramref name="events"/>; -1 without one.</summary>
    public abstract int Find(UserIndex events, int user);

    private static ulong[]? Translation(DataViewSchema.Column events, DataViewSchema.Column profiles) =>
        events.Type is KeyDataViewType && ColumnTypes.KeyValuesType(events) is not null ? KeyNames.Translate(events, profiles) : null;
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>A column of the profiles in memory, by row.</summary>
internal abstract class ProfileColumn
{
    public static ProfileColumn Create(DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? GenericFactory.Create<ProfileColumn>(typeof(ProfileVector<>), vector.ItemType.RawType, vector.Size)
        : GenericFactory.Create<ProfileColumn>(typeof(ProfileScalar<>), column.Type.RawType);

    /// <summary>What adds the value of <paramref name="column"/> in the current row of <paramref name="source"/>.</summary>
    public abstract Action Appender(DataViewRow source, DataViewSchema.Column column);

    /// <summary>A getter of the current user's value.</summary>
    public abstract Delegate Getter(UserWindow window);
}

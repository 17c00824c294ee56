using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>Numbers users from 0, in the order of their first appearance.</summary>
internal abstract class UserIndex
{
    /// <summary>The number that stands for a missing user.</summary>
    public const int Missing = -1;

    public abstract int Count { get; }

    /// <summary>The size of the arrays held.</summary>
    public abstract long Bytes { get; }

    public static UserIndex Create(DataViewSchema.Column column) =>
        GenericFactory.Create<UserIndex>(typeof(UserIndex<>), column.Type.RawType, column);

    /// <summary>What numbers the user of <paramref name="source"/>'s current row; <see cref="Missing"/> for key 0 and empty text.</summary>
    public abstract Func<int> Reader(DataViewRow source);

    /// <summary>A getter of the current user's id.</summary>
    public abstract Delegate Getter(UserWindow window);

    /// <summary>The user's id for people.</summary>
    public abstract string Describe(int user);
}

namespace SuperMoe.ML.Data;

/// <summary>A vector column with one value an event, while rows are read.</summary>
internal abstract class BehaviorField(string name)
{
    public string Name { get; } = name;

    /// <summary>Sets the most events of all the rows kept.</summary>
    public abstract int Limit { set; }

    /// <summary>Reads the current row.</summary>
    /// <returns>The row's number of events.</returns>
    public abstract int Fetch();

    /// <summary>Gives back the memory of the rows kept so far.</summary>
    public abstract void Release();

    /// <summary>Appends the events of the row that was fetched.</summary>
    public abstract void Keep();
}

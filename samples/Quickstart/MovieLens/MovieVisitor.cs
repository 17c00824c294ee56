namespace Quickstart.MovieLens;

/// <summary>Who is scored alone: the columns that scoring needs, under the names of the training data.</summary>
internal sealed class MovieVisitor
{
    public string[] MovieId { get; set; } = [];

    public DateTime[] Time { get; set; } = [];

    /// <summary>This label and the next two are asked for by MapValueToKey, which is part of the saved pipeline; unknown here.</summary>
    public string Gender { get; set; } = "";

    public string AgeBand { get; set; } = "";

    public string Occupation { get; set; } = "";
}

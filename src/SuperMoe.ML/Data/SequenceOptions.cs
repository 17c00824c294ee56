using System.ComponentModel.DataAnnotations;

namespace SuperMoe.ML;

/// <summary>
/// How <c>mlContext.Data.GroupIntoSequences(...)</c> turns events into one row a user. Mistakes are reported together, at the call.
/// </summary>
public sealed class SequenceOptions
{
    /// <summary>
    /// Gets or sets the column that tells whose event it is: text, a key, or an integer of any width. Key 0 and empty text are missing users,
    /// which are an error.
    /// </summary>
    /// <value>Required.</value>
    [Required]
    public string UserColumn { get; set; } = "";

    /// <summary>
    /// Gets or sets the column with the time of the event: DateTime, DateTimeOffset (compared in UTC), an integer or a floating point number
    /// in any unit. Events of equal time keep their order in the input. NaN is an error, and so is the date 0001-01-01, which ML.NET reads in
    /// place of a missing one. Null integers are errors in a DataFrame passed as it is; elsewhere ML.NET has read them as 0 before they get here.
    /// </summary>
    /// <value>Required.</value>
    [Required]
    public string TimeColumn { get; set; } = "";

    /// <summary>
    /// Gets or sets the columns of the events that become vectors: any scalar primitive type (text, bool, numbers, dates, time spans) or key.
    /// The time column may be among them; it becomes a vector in any case.
    /// </summary>
    /// <value>Required: at least one.</value>
    public IList<string> SequenceColumns { get; set; } = [];

    /// <summary>Gets or sets the largest number of events in a user's vectors. The latest are kept; events held out do not count.</summary>
    /// <value>The default value is 200. The range is 1 to 2,147,483,647.</value>
    [Range(1, int.MaxValue)]
    public int MaxLength { get; set; } = 200;

    /// <summary>
    /// Gets or sets the number of each user's latest events that are left out of the vectors, for honest evaluation. They are found in columns
    /// named <c>&lt;column&gt;.HeldOut</c>: scalars when this is 1, vectors (oldest first) when it is more. A user with fewer events has them
    /// all held out, and empty vectors.
    /// </summary>
    /// <value>The default value is 0: nothing is held out. The range is 0 to 2,147,483,647.</value>
    [Range(0, int.MaxValue)]
    public int HoldOutLast { get; set; }

    /// <summary>
    /// Gets or sets whether the events of a user follow each other in the input, in any order of time. If so, the result is streamed: each
    /// reading of it reads the input anew and holds the events of one user at a time, the ids of the users seen, and the profiles.
    /// A user who appears again after another one is an error.
    /// </summary>
    /// <value>The default value is <see langword="false"/>: the events may come in any order, and are grouped in memory on the first reading.</value>
    public bool InputIsGrouped { get; set; }
}

using Microsoft.ML;

namespace Quickstart;

/// <summary>
/// One row a user: sequences without their last event, labels, and for every label its truth. Labels of test users are hidden, truths are not.
/// </summary>
/// <param name="All">All users, as the model is trained on them.</param>
/// <param name="Train">The users whose labels are shown.</param>
/// <param name="Test">The users whose labels are hidden.</param>
internal sealed record Users(IDataView All, IDataView Train, IDataView Test);

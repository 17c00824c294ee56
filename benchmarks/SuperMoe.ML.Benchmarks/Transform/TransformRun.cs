namespace SuperMoe.ML.Benchmarks.Transform;

/// <summary>What scoring the same rows in batches and one by one took.</summary>
/// <param name="Columns">The columns that were read.</param>
/// <param name="UsersPerSecond">In batches, the median.</param>
/// <param name="AllUsersPerSecond">In batches, each run.</param>
/// <param name="BytesPerUser">Managed memory allocated for a user, in batches.</param>
/// <param name="RowByRowUsersPerSecond">One row at a time, the median.</param>
/// <param name="Ratio">How many times as fast batches are.</param>
internal sealed record TransformRun(
    string[] Columns, double UsersPerSecond, double[] AllUsersPerSecond, double BytesPerUser, double RowByRowUsersPerSecond, double Ratio);

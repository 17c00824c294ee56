using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class GroupIntoSequencesTypesTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly DateTimeOffset s_day = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<bool> Both => [false, true];

    [Theory]
    [MemberData(nameof(Both))]
    public void Every_integer_type_may_be_the_user(bool grouped)
    {
        AssertUsers<sbyte>(grouped, -1, sbyte.MinValue);
        AssertUsers<byte>(grouped, 0, byte.MaxValue);
        AssertUsers<short>(grouped, -1, short.MaxValue);
        AssertUsers<ushort>(grouped, 0, ushort.MaxValue);
        AssertUsers<int>(grouped, 0, int.MinValue);
        AssertUsers<uint>(grouped, 0, uint.MaxValue);
        AssertUsers<long>(grouped, 0, long.MinValue);
        AssertUsers<ulong>(grouped, 0, ulong.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Every_integer_type_may_be_the_time_and_negative_ones_come_first(bool grouped)
    {
        AssertTimes<sbyte>(grouped, sbyte.MinValue, -1, 0, sbyte.MaxValue);
        AssertTimes<byte>(grouped, 0, 1, 127, 255);
        AssertTimes<short>(grouped, short.MinValue, -1, 0, short.MaxValue);
        AssertTimes<ushort>(grouped, 0, 1, 32768, ushort.MaxValue);
        AssertTimes<int>(grouped, int.MinValue, -1, 0, int.MaxValue);
        AssertTimes<uint>(grouped, 0, 1, 1U << 31, uint.MaxValue);
        AssertTimes<long>(grouped, long.MinValue, -1, 0, long.MaxValue);
        AssertTimes<ulong>(grouped, 0, 1, 1UL << 63, ulong.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Floating_point_times_sort_as_numbers(bool grouped)
    {
        AssertTimes<float>(grouped, float.NegativeInfinity, -1e30f, -1, -float.Epsilon, 0, float.Epsilon, 2.5f, float.PositiveInfinity);
        AssertTimes<double>(grouped, double.NegativeInfinity, -1e300, -1, -double.Epsilon, 0, double.Epsilon, 2.5, double.PositiveInfinity);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Dates_sort_by_moment_whatever_their_offset(bool grouped)
    {
        var noon = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
        AssertTimes(grouped, noon.DateTime.AddTicks(-1), noon.DateTime, noon.DateTime.AddTicks(1));
        AssertTimes(grouped, noon.ToOffset(TimeSpan.FromHours(9)).AddHours(-1), noon, noon.ToOffset(TimeSpan.FromHours(-8)).AddHours(1));
    }

    [Fact]
    public void Minus_zero_and_zero_are_the_same_time()
    {
        var events = _ml.Data.LoadFromEnumerable(new[] { new Event<double>(1, 0.0, 1), new(1, -0.0, 2), new(1, 0.0, 3) });

        Assert.Equal(["Item=[1,2] Item.HeldOut=3"], ViewText.Rows(Group(events, "User", "Time", false, "Item"), "Item", "Item.HeldOut"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Every_primitive_type_may_be_a_sequence_with_events_held_out(bool grouped)
    {
        var a = new Everything { Time = 1, Bool = true, Byte = 1, Date = new(2024, 1, 1), Text = "x", Offset = s_day };
        var b = new Everything { Time = 2, I8 = -8, U64 = ulong.MaxValue, Single = float.NaN, Double = 0.5, Span = TimeSpan.FromSeconds(3) };
        var events = _ml.Data.LoadFromEnumerable(new[] { b, a });
        var columns = events.Schema.Select(column => column.Name).Except(["User", "Time"]).ToArray();

        var view = Group(events, "User", "Time", grouped, columns);

        Assert.All(columns, name => Assert.Equal(new VectorDataViewType((PrimitiveDataViewType)events.Schema[name].Type), view.Schema[name].Type));
        Assert.Equal(
            ["User=1 Bool=[True] Byte=[1] I8=[0] I16=[0] U16=[0] I32=[0] U32=[0] I64=[0] U64=[0] Single=[0] Double=[0] Text=[x] " +
             "Date=[2024-01-01T00:00:00] Offset=[2024-01-01T00:00:00+00:00] Span=[00:00:00] Time=[1] " +
             "Bool.HeldOut=False Byte.HeldOut=0 I8.HeldOut=-8 I16.HeldOut=0 U16.HeldOut=0 I32.HeldOut=0 U32.HeldOut=0 I64.HeldOut=0 " +
             "U64.HeldOut=18446744073709551615 Single.HeldOut=NaN Double.HeldOut=0.5 Text.HeldOut= Date.HeldOut=0001-01-01T00:00:00 " +
             "Offset.HeldOut=0001-01-01T00:00:00+00:00 Span.HeldOut=00:00:03 Time.HeldOut=2"],
            ViewText.Rows(view));
    }

    private void AssertUsers<T>(bool grouped, params T[] users)
    {
        var events = _ml.Data.LoadFromEnumerable(users.Select((user, i) => new UserEvent<T>(user, i)));
        var rows = ViewText.Rows(Group(events, "User", "Time", grouped, "Time"), "User");
        Assert.Equal(users.Select(user => FormattableString.Invariant($"User={user}")), rows);
    }

    private void AssertTimes<T>(bool grouped, params T[] ordered)
    {
        var shuffled = ordered.Select((time, i) => new Event<T>(1, time, i)).ToArray();
        new Random(3).Shuffle(shuffled);
        var rows = ViewText.Rows(Group(_ml.Data.LoadFromEnumerable(shuffled), "User", "Time", grouped, "Item"), "Item", "Item.HeldOut");
        Assert.Equal([$"Item=[{string.Join(',', Enumerable.Range(0, ordered.Length - 1))}] Item.HeldOut={ordered.Length - 1}"], rows);
    }

    private IDataView Group(IDataView events, string user, string time, bool grouped, params string[] columns) =>
        _ml.Data.GroupIntoSequences(events, new SequenceOptions
        {
            UserColumn = user,
            TimeColumn = time,
            SequenceColumns = columns,
            InputIsGrouped = grouped,
            HoldOutLast = 1,
        });

    private sealed class UserEvent<T>(T user, int time)
    {
        public T User { get; set; } = user;

        public int Time { get; set; } = time;
    }

    private sealed class Event<T>(int user, T time, int item)
    {
        public int User { get; set; } = user;

        public T Time { get; set; } = time;

        public int Item { get; set; } = item;
    }

    private sealed class Everything
    {
        public int User { get; set; } = 1;

        public int Time { get; set; }

        public bool Bool { get; set; }

        public byte Byte { get; set; }

        public sbyte I8 { get; set; }

        public short I16 { get; set; }

        public ushort U16 { get; set; }

        public int I32 { get; set; }

        public uint U32 { get; set; }

        public long I64 { get; set; }

        public ulong U64 { get; set; }

        public float Single { get; set; }

        public double Double { get; set; }

        public string Text { get; set; } = "";

        public DateTime Date { get; set; }

        public DateTimeOffset Offset { get; set; }

        public TimeSpan Span { get; set; }
    }
}

using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Interop;

public sealed class RecurringScopeTests
{
    [Fact]
    public void Clear_disposes_what_was_made_since_and_the_scope_goes_on()
    {
        using var scope = new RecurringScope();
        for (var i = 0; i < 3; i++)
        {
            Tensor first = ones(3), second = first + 1;
            scope.Clear();
            Assert.True(first.IsInvalid);
            Assert.True(second.IsInvalid);
        }
    }

    [Fact]
    public void Dispose_disposes_what_is_left_but_not_what_was_moved_out()
    {
        using var outer = NewDisposeScope();
        var scope = new RecurringScope();
        Tensor left = ones(3), moved = ones(3).MoveToOuterDisposeScope();
        scope.Dispose();
        Assert.True(left.IsInvalid);
        Assert.False(moved.IsInvalid);
        Assert.Equal(1, outer.DisposablesCount);
    }
}

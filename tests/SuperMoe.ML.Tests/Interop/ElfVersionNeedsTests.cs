using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tests.Interop;

public sealed class ElfVersionNeedsTests
{
    private const string Version = "GLIBCXX_3.4.32";

    [Fact]
    public void MarkWeak_sets_the_flag_of_that_version_and_no_other_byte()
    {
        var original = SyntheticElf.Needing("GLIBC_2.14", "GLIBCXX_3.4.3", Version, "GLIBCXX_3.4.321");
        var image = (byte[])original.Clone();
        Assert.Equal(1, ElfVersionNeeds.MarkWeak(image, Version));
        original[SyntheticElf.FlagsAt(2)] = 2;
        Assert.Equal(original, image);
    }

    [Fact]
    public void MarkWeak_keeps_flags_that_are_set_already()
    {
        var image = SyntheticElf.Needing(Version);
        image[SyntheticElf.FlagsAt(0)] = 4;
        ElfVersionNeeds.MarkWeak(image, Version);
        Assert.Equal(6, image[SyntheticElf.FlagsAt(0)]);
    }

    [Fact]
    public void MarkWeak_twice_is_as_once()
    {
        var image = SyntheticElf.Needing("GLIBC_2.14", Version);
        ElfVersionNeeds.MarkWeak(image, Version);
        var once = (byte[])image.Clone();
        Assert.Equal(0, ElfVersionNeeds.MarkWeak(image, Version));
        Assert.Equal(once, image);
    }

    [Fact]
    public void MarkWeak_without_that_version_changes_nothing()
    {
        var image = SyntheticElf.Needing("GLIBC_2.14", "GLIBCXX_3.4.3");
        var original = (byte[])image.Clone();
        Assert.Equal(0, ElfVersionNeeds.MarkWeak(image, Version));
        Assert.Equal(original, image);
    }

    [SkippableFact]
    public void MarkWeak_on_the_real_shim_changes_one_byte()
    {
        var original = File.ReadAllBytes(RealShim.Path());
        var image = (byte[])original.Clone();
        Assert.Equal(1, ElfVersionNeeds.MarkWeak(image, Version));
        var changed = Enumerable.Range(0, image.Length).Where(i => image[i] != original[i]).ToList();
        var at = Assert.Single(changed);
        Assert.Equal(original[at] | 2, image[at]);
        Assert.Equal(0, ElfVersionNeeds.MarkWeak(image, Version));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F' })]
    public void MarkWeak_on_what_is_no_library_throws(byte[] image)
    {
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MarkWeak(image, Version));
    }

    [Fact]
    public void MarkWeak_on_a_32_bit_library_throws()
    {
        var image = SyntheticElf.Needing(Version);
        image[4] = 1;
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MarkWeak(image, Version));
    }

    [Fact]
    public void MarkWeak_on_every_truncation_throws_InvalidDataException()
    {
        var whole = SyntheticElf.Needing("GLIBC_2.14", Version);
        // The last 32 bytes of the last section header are not needed.
        for (var length = 0; length <= whole.Length - 40; length++)
        {
            var image = whole[..length];
            Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MarkWeak(image, Version));
        }
    }

    [SkippableFact]
    public void MarkWeak_on_random_truncations_of_the_real_shim_throws_InvalidDataException()
    {
        var whole = File.ReadAllBytes(RealShim.Path());
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            // The section headers are at the end of the file: without the last ones the string table may be all that is missing.
            var image = whole[..random.Next(whole.Length - 4096)];
            Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MarkWeak(image, Version));
        }
    }

    [Fact]
    public void MarkWeak_on_damaged_bytes_ends_and_throws_nothing_but_InvalidDataException()
    {
        var whole = SyntheticElf.Needing("GLIBC_2.14", "GLIBCXX_3.4.3", Version);
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var image = (byte[])whole.Clone();
            for (var n = random.Next(1, 8); n > 0; n--) { image[random.Next(7, image.Length)] = (byte)random.Next(256); }
            try { ElfVersionNeeds.MarkWeak(image, Version); }
            catch (InvalidDataException) { refused++; }
        }
        Assert.InRange(refused, 1_000, 19_999);
    }
}

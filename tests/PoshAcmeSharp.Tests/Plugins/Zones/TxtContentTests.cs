using PoshAcmeSharp.Plugins.Zones;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Zones;

public class TxtContentTests
{
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("abc", "\"abc\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("ü", "\"\\195\\188\"")]
    public void A_value_is_written_in_quotes_and_read_again(string value, string content)
    {
        Assert.Equal(content, TxtContent.Write(value));
        Assert.Equal(value, TxtContent.Read(content));
    }

    [Fact]
    public void A_long_value_is_cut_every_255_bytes_and_put_together_again()
    {
        var value = new string('a', 255) + new string('b', 255) + "c";

        var content = TxtContent.Write(value);

        Assert.Equal($"\"{new string('a', 255)}\" \"{new string('b', 255)}\" \"c\"", content);
        Assert.Equal(value, TxtContent.Read(content));
    }

    [Theory]
    [InlineData("\"a \"  \"b\"", "a b")]
    [InlineData("bare", "bare")]
    [InlineData("\"open", "open")]
    [InlineData("\"end\\", "end\\")]
    [InlineData("\"\\999\"", "999")]
    public void What_others_wrote_is_read_as_well_as_it_can_be(string content, string value)
        => Assert.Equal(value, TxtContent.Read(content));
}

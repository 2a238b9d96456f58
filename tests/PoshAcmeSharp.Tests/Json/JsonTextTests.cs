using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;
using Xunit;

namespace PoshAcmeSharp.Tests.Json;

public class JsonTextTests
{
    [Fact]
    public void Dates_stay_the_strings_they_were()
        => Assert.Equal("2026-11-23T03:16:32+01:00", JsonText.GetString(JsonText.ParseObject("""{"expires":"2026-11-23T03:16:32+01:00"}"""), "Expires"));

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1} {}")]
    [InlineData("{\"a\":1} secret")]
    [InlineData("[1]")]
    [InlineData("secret")]
    public void What_is_not_one_object_is_refused_without_quoting_it(string text)
    {
        var error = Assert.Throws<FormatException>(() => JsonText.ParseObject(text));

        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused()
        => Assert.Throws<FormatException>(() => JsonText.Parse(new string('[', 100_000)));

    [Fact]
    public void Plain_values_have_the_promised_types()
    {
        var plain = JsonText.ToPlain(JsonText.ParseObject(
            """{"s":"x","n":1,"d":1.5,"b":true,"z":null,"a":["x","y"],"m":[1,"y"],"e":[],"o":{"In":"x"},"big":123456789012345678901234567890}"""));

        Assert.Equal("x", plain["s"]);
        Assert.Equal(1L, plain["n"]);
        Assert.Equal(1.5, plain["d"]);
        Assert.Equal(true, plain["b"]);
        Assert.Null(plain["z"]);
        Assert.Equal(["x", "y"], Assert.IsType<string[]>(plain["a"]));
        Assert.Equal([1L, "y"], Assert.IsType<object?[]>(plain["m"]));
        Assert.Empty(Assert.IsType<string[]>(plain["e"]));
        Assert.Equal("x", Assert.IsType<PlainObject>(plain["O"])["in"]);
        Assert.IsType<double>(plain["big"]);
        Assert.Equal(["s", "n", "d", "b", "z", "a", "m", "e", "o", "big"], plain.Select(m => m.Key));
    }

    [Fact]
    public void What_is_written_is_ascii_so_that_any_code_page_reads_it()
    {
        var text = JsonText.Format(new JObject { ["FriendlyName"] = "Müller ✓" });

        Assert.All(text, letter => Assert.True(letter < 128));
        Assert.Equal("Müller ✓", JsonText.GetString(JsonText.ParseObject(text), "FriendlyName"));
    }
}

using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Rfc2136;

public class Rfc2136OptionsTests
{
    private const string Secret = "c2VjcmV0";

    [Fact]
    public void Arguments_are_those_of_the_script_of_the_same_name()
    {
        var plugin = NativePlugins.List().Single(p => p.IsNamed("rfc2136"));

        Assert.Equal(
            [
                "DDNSNameserver String  False",
                "DDNSPort String  False",
                "DDNSKeyName String  False",
                "DDNSKeyType String  False",
                "DDNSKeyValue SecureString Secure False",
                "DDNSKeyValueInsecure String DeprecatedInsecure False",
                "DDNSExePath String  False",
                "DDNSZone String[]  False",
            ],
            plugin.Parameters.Select(p => $"{p.Name} {p.TypeName} {p.ParameterSet} {p.IsMandatory}"));
        Assert.Equal("Secure", plugin.DefaultParameterSet);
    }

    [Fact]
    public void Kept_arguments_of_a_script_are_taken_as_they_are()
    {
        var made = Create(new()
        {
            ["DDNSNameserver"] = "ns1.example.com",
            ["DDNSPort"] = 5353L,
            ["DDNSKeyName"] = "acme.",
            ["DDNSKeyType"] = "HMAC-SHA256",
            ["DDNSKeyValueInsecure"] = Secret,
            ["DDNSExePath"] = "/usr/bin/nsupdate",
            ["DDNSZone"] = "example.com",
        });

        Assert.Equal("RFC2136", made.Name);
    }

    [Theory]
    [InlineData("DDNSKeyName", "acme", "DDNSKeyType, DDNSKeyValue")]
    [InlineData("DDNSKeyType", "hmac-md5", "DDNSKeyName, DDNSKeyValue")]
    [InlineData("DDNSKeyValue", Secret, "DDNSKeyName, DDNSKeyType")]
    public void A_part_of_a_key_is_refused_with_what_is_missing(string name, string value, string missing)
    {
        var error = Refused(new() { ["DDNSNameserver"] = "ns1.example.com", [name] = value });

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.Contains("missing: " + missing + ".", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DDNSPort", "65536", "InvalidPluginArguments")]
    [InlineData("DDNSPort", "dns", "InvalidPluginArguments")]
    [InlineData("DDNSNameserver", "http://ns1.example.com", "InvalidNameServer")]
    [InlineData("DDNSZone", "exa mple.com", "InvalidDomainName")]
    [InlineData("DDNSKeyType", "hmac-sha3", "InvalidPluginArguments")]
    [InlineData("DDNSKeyName", "a..b", "InvalidPluginArguments")]
    [InlineData("DDNSKeyValue", "not&base64", "InvalidPluginArguments")]
    public void What_cannot_be_used_is_found_before_anything_is_sent(string name, string value, string errorId)
    {
        var arguments = new Dictionary<string, object?>
        {
            ["DDNSNameserver"] = "ns1.example.com",
            ["DDNSKeyName"] = "acme",
            ["DDNSKeyType"] = "hmac-sha256",
            ["DDNSKeyValue"] = Secret,
            [name] = value,
        };

        var error = Refused(arguments);

        Assert.Equal(errorId, error.ErrorId);
        Assert.DoesNotContain("not&base64", error.ToString(), StringComparison.Ordinal);
    }

    private static PoshAcmeException Refused(Dictionary<string, object?> arguments) => Assert.Throws<PoshAcmeException>(() => Create(arguments));

    private static IChallengePlugin Create(Dictionary<string, object?> arguments)
        => NativePlugins.List().Single(p => p.IsNamed("RFC2136")).Create(arguments, new PluginEnvironment(new RecordingReporter(), SystemClock.Instance));
}

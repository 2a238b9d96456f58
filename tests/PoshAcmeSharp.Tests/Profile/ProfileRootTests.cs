using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public class ProfileRootTests
{
    [Fact]
    public void A_home_that_is_named_wins_even_when_it_does_not_exist()
    {
        var named = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

        Assert.Equal(named, ProfileRoot.Default(name => name == "POSHACME_HOME" ? named : "/home/x", SystemKind.Linux));
    }

    [Theory]
    [InlineData(nameof(SystemKind.Linux), "HOME", "/home/x/.config/Posh-ACME")]
    [InlineData(nameof(SystemKind.Mac), "HOME", "/home/x/Library/Preferences/Posh-ACME")]
    [InlineData(nameof(SystemKind.Windows), "LOCALAPPDATA", "/home/x/Posh-ACME")]
    public void Each_system_has_its_default(string system, string variable, string expected)
    {
        var root = ProfileRoot.Default(name => name == variable ? "/home/x" : null, Enum.Parse<SystemKind>(system));

        Assert.Equal(expected, root.Replace('\\', '/'));
    }

    [Fact]
    public void A_user_without_a_home_is_told_what_to_set()
    {
        var error = Assert.Throws<PoshAcmeException>(() => ProfileRoot.Default(_ => null, SystemKind.Linux));

        Assert.Equal("ProfileHomeUnknown", error.ErrorId);
        Assert.Contains("POSHACME_HOME", error.RecommendedAction, StringComparison.Ordinal);
    }
}

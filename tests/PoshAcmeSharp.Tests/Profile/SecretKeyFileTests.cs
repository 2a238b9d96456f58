using System.Net;
using System.Runtime.Versioning;
using System.Security;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>The key for an account's secrets in a file outside of the profile.</summary>
public sealed class SecretKeyFileTests : IDisposable
{
    private readonly TestProfile profile = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keys-");

    public void Dispose()
    {
        profile.Dispose();
        folder.Delete(recursive: true);
    }

    private string KeyFile => Path.Combine(folder.FullName, "acme.key");

    [Fact]
    public async Task It_is_made_with_32_random_bytes_as_base64_and_a_warning_to_keep_it()
    {
        var (_, account, _) = profile.Populate();

        await ChooseAsync(account, KeyFile);

        var text = await File.ReadAllTextAsync(KeyFile);
        Assert.Equal(32, Convert.FromBase64String(text.Trim()).Length);
        Assert.Contains(profile.Reporter.Warnings, w => w.Contains(KeyFile, StringComparison.Ordinal) && w.Contains("copy", StringComparison.Ordinal));
        Assert.DoesNotContain(text.Trim(), profile.Read("ca.example.test_14000/1/acct.json"), StringComparison.Ordinal);
        Assert.Equal([KeyFile], Directory.GetFiles(folder.FullName));
    }

    [FactWithModes]
    [UnsupportedOSPlatform("windows")]
    public async Task It_is_for_its_owner_alone()
    {
        var (_, account, _) = profile.Populate();

        await ChooseAsync(account, KeyFile);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task One_that_is_there_is_used_and_left_as_it_is()
    {
        var (_, account, order) = profile.Populate();
        profile.Store.SavePluginArguments(account, order, [], [new("Secret", Secure("hidden"))]);
        var text = Convert.ToBase64String(new byte[32]) + "\r\n";
        WriteKey(text);

        await ChooseAsync(account, KeyFile);

        Assert.Equal(text, await File.ReadAllTextAsync(KeyFile));
        Assert.Equal("hidden", Plain(profile.Open().ReadPluginArguments(account, order)["Secret"]));
        File.Delete(KeyFile);
        Assert.Equal("SecretKeyFileMissing", Assert.Throws<PoshAcmeException>(() => profile.Open().ReadPluginArguments(account, order)).ErrorId);
    }

    [Fact]
    public async Task One_that_is_missing_is_not_made_anew_where_secrets_need_it()
    {
        var (_, account, _) = profile.Populate();
        await ChooseAsync(account, KeyFile);
        File.Delete(KeyFile);

        Assert.Equal("SecretKeyFileMissing", await RefusalAsync(account, KeyFile));
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task A_lost_one_can_be_left_for_another()
    {
        var (_, account, order) = profile.Populate();
        await ChooseAsync(account, KeyFile);
        profile.Store.SavePluginArguments(account, order, [], [new("Secret", Secure("hidden"))]);
        File.Delete(KeyFile);

        var unreadable = await ChooseAsync(account, KeyFile + "2");
        profile.Store.SavePluginArguments(account, order, [], [new("Secret", Secure("again"))]);

        Assert.Equal("PluginArgumentUnreadable", Assert.Single(unreadable).ErrorId);
        Assert.Equal("again", Plain(profile.Open().ReadPluginArguments(account, order)["Secret"]));
    }

    [Fact]
    public async Task It_must_not_lie_in_the_profile()
    {
        var (_, account, _) = profile.Populate();
        var before = profile.Read("ca.example.test_14000/1/acct.json");

        Assert.Equal("SecretKeyFileInProfile", await RefusalAsync(account, Path.Combine(profile.Root, "ca.example.test_14000", "..", "my.key")));
        Assert.Equal(before, profile.Read("ca.example.test_14000/1/acct.json"));
        Assert.Empty(Directory.GetFiles(profile.Root, "*.key", SearchOption.AllDirectories));
    }

    [FactWithModes]
    [UnsupportedOSPlatform("windows")]
    public async Task One_that_everybody_can_read_is_refused_before_anything_changes()
    {
        var (_, account, _) = profile.Populate();
        var before = profile.Read("ca.example.test_14000/1/acct.json");
        WriteKey(Convert.ToBase64String(new byte[32]));
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Equal("SecretKeyFileExposed", await RefusalAsync(account, KeyFile));
        Assert.Equal(before, profile.Read("ca.example.test_14000/1/acct.json"));
    }

    [FactWithModes]
    [UnsupportedOSPlatform("windows")]
    public async Task A_group_may_read_it()
    {
        var (_, account, _) = profile.Populate();
        WriteKey(Convert.ToBase64String(new byte[32]));
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.Empty(await ChooseAsync(account, KeyFile));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AQIDBAUGBwgJCgsMDQ4PEA==")]
    [InlineData("this is my diary")]
    public async Task A_file_that_is_no_key_is_refused_and_left_as_it_is(string content)
    {
        var (_, account, _) = profile.Populate();
        WriteKey(content);

        Assert.Equal("SecretKeyFileInvalid", await RefusalAsync(account, KeyFile));
        Assert.Equal(content, await File.ReadAllTextAsync(KeyFile));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told()
    {
        var (_, account, _) = profile.Populate();

        Assert.Equal("SecretKeyFileNotWritten", await RefusalAsync(account, Path.Combine(folder.FullName, "none", "acme.key")));
    }

    [Fact]
    public async Task Its_name_survives_that_Posh_ACME_gives_the_account_another_key()
    {
        var (_, account, order) = profile.Populate();
        await ChooseAsync(account, KeyFile);
        profile.Store.SavePluginArguments(account, order, [], [new("Secret", Secure("hidden"))]);
        account.SecretKey = PoshAcmeSharp.Jose.Base64Url.Encode(new byte[32]);
        profile.Store.SaveAccount(account);

        Assert.Equal("hidden", Plain(profile.Open().ReadPluginArguments(account, order)["Secret"]));
    }

    [Fact]
    public void What_an_account_says_about_it_is_no_base64_which_Posh_ACME_would_take_for_a_key()
        => Assert.All(["KEY:FILE", "DPAPI:MACHINE"], mark => Assert.Throws<FormatException>(() => PoshAcmeSharp.Jose.Base64Url.Decode(mark)));

    [Fact]
    public async Task Elsewhere_than_on_Windows_secrets_for_the_machine_are_refused_with_advice()
    {
        var (_, account, _) = profile.Populate();
        using var session = new ProfileSession(profile.Open(), profile.Reporter, profile.Clock);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new AccountService(session).SetSecretScopeAsync(account, SecretScope.Machine));

        Assert.Equal("MachineScopeNotHere", error.ErrorId);
        Assert.Contains("-SecretKeyFile", error.RecommendedAction, StringComparison.Ordinal);
        Assert.NotEqual("DPAPI:MACHINE", account.SecretKey);
    }

    [Fact]
    public async Task Secrets_for_the_machine_are_refused_where_everybody_can_read_the_profile()
    {
        var (_, account, _) = profile.Populate();
        var before = profile.Read("ca.example.test_14000/1/acct.json");
        var store = profile.Open(
            dataProtector: new TestProtector(), machineProtector: new TestProtector(), foreign: new ForeignProfile(new TestOwners { IsOpen = true }));
        using var session = new ProfileSession(store, profile.Reporter, profile.Clock);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new AccountService(session).SetSecretScopeAsync(account, SecretScope.Machine));

        Assert.Equal(("ProfileExposed", ErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Equal(before, profile.Read("ca.example.test_14000/1/acct.json"));
    }

    [Fact]
    public async Task The_password_of_the_proxy_follows_and_is_saved_so_afterwards()
    {
        var (server, account, _) = profile.Populate();
        profile.Store.SaveProxyCredential(server, new NetworkCredential("bob", "first"));

        await ChooseAsync(account, KeyFile);
        var moved = profile.Store.ReadProxyCredential(server)!.Password;
        profile.Store.SaveProxyCredential(server, new NetworkCredential("bob", "second"));

        Assert.Equal("first", moved);
        Assert.Equal("second", profile.Store.ReadProxyCredential(server)!.Password);
        var hidden = File.ReadAllText(KeyFile);
        WriteKey(Convert.ToBase64String(new byte[32]));
        Assert.Equal("ProxyCredentialUnreadable", Assert.Throws<PoshAcmeException>(() => profile.Store.ReadProxyCredential(server)).ErrorId);
        WriteKey(hidden);

        using var session = new ProfileSession(profile.Store, profile.Reporter, profile.Clock);
        await new AccountService(session).SetSecretScopeAsync(account, SecretScope.User);
        File.Delete(KeyFile);
        Assert.Equal("second", profile.Store.ReadProxyCredential(server)!.Password);
    }

    [Fact]
    public async Task The_password_of_the_proxy_is_for_the_machine_like_other_secrets()
    {
        var (server, account, _) = profile.Populate();
        var store = profile.Open(dataProtector: new TestProtector(), machineProtector: new TestProtector());
        store.SaveProxyCredential(server, new NetworkCredential("bob", "pw"));
        using var session = new ProfileSession(store, profile.Reporter, profile.Clock);

        await new AccountService(session).SetSecretScopeAsync(account, SecretScope.Machine);

        Assert.Contains("machine:", profile.Read("ca.example.test_14000/proxycredential.json"), StringComparison.Ordinal);
        Assert.Equal("pw", store.ReadProxyCredential(server)!.Password);
    }

    [Fact]
    public void Only_one_way_can_be_chosen()
    {
        var error = Assert.Throws<PoshAcmeException>(() => AccountService.CheckSecretOptions(SecretScope.User, KeyFile, isEncryptionSet: false));

        Assert.Equal("SecretOptionsConflict", error.ErrorId);
    }

    [Theory]
    [InlineData("D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;S-1-5-21-1-2-3-1001)", false)]
    [InlineData("D:AI(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)", true)]
    [InlineData("D:(A;;FR;;;WD)", true)]
    [InlineData("D:(A;;FR;;;AU)", true)]
    [InlineData("D:(D;;FR;;;WD)(A;;FA;;;SY)", false)]
    [InlineData("D:(A;OICIIO;GA;;;BU)(A;;FA;;;SY)", false)]
    public void Access_lists_of_Windows_that_let_everybody_read_are_known(string sddl, bool isOpen)
        => Assert.Equal(isOpen, WindowsOwners.GrantsToAll(sddl));

    private async Task<IReadOnlyList<PoshAcmeException>> ChooseAsync(StoredAccount account, string path)
    {
        using var session = new ProfileSession(profile.Open(), profile.Reporter, profile.Clock);
        return await new AccountService(session).SetSecretKeyFileAsync(account, path);
    }

    private async Task<string> RefusalAsync(StoredAccount account, string path)
        => (await Assert.ThrowsAsync<PoshAcmeException>(() => ChooseAsync(account, path))).ErrorId;

    private void WriteKey(string content)
    {
        File.WriteAllText(KeyFile, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static SecureString Secure(string text) => new NetworkCredential("", text).SecurePassword;

    private static string Plain(object? secret) => new NetworkCredential("", Assert.IsType<SecureString>(secret)).Password;
}

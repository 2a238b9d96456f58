using System.Net;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>A profile of another user is told as such, and stays as it is.</summary>
public sealed class ForeignProfileTests : IDisposable
{
    private const string ArgumentsFile = "ca.example.test_14000/1/www.example.test/pluginargs.json";
    private const string Dpapi = "01000000d08c9ddf0115d1118c7a00c04fc297eb";

    private readonly TestProfile profile = new();

    public void Dispose() => profile.Dispose();

    [Theory]
    [InlineData(Dpapi, true)]
    [InlineData(Dpapi, false)]
    [InlineData("machine:" + Dpapi, true)]
    [InlineData("machine:" + Dpapi, false)]
    public void A_secret_of_another_user_names_the_owner_the_present_user_and_what_to_do(string value, bool isWindows)
    {
        var (_, account, order) = profile.Populate();
        var path = profile.Write(ArgumentsFile, $$"""{"Secret":{"origType":"securestring","value":"{{value}}"} }""");
        IDataProtector? protector = isWindows ? new OthersProtector() : null;
        var store = profile.Open(dataProtector: protector, machineProtector: protector, foreign: new ForeignProfile(new TestOwners()));

        var error = Assert.Throws<PoshAcmeException>(() => store.ReadPluginArguments(account, order));

        Assert.Equal(("ProfileOfAnotherUser", ErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.All(["'Secret'", path, "'bob' (uid 1001)", "'svc' (uid 1002)"], text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        Assert.All(["-SecretScope Machine", "-SecretKeyFile"], text => Assert.Contains(text, error.RecommendedAction!, StringComparison.Ordinal));
        Assert.Contains(value, profile.Read(ArgumentsFile), StringComparison.Ordinal);
    }

    [Fact]
    public void The_password_of_a_proxy_that_another_user_saved_is_such_an_error()
    {
        var (server, _, _) = profile.Populate();
        profile.Open(dataProtector: new TestProtector()).SaveProxyCredential(server, new NetworkCredential("bob", "pw"));

        var error = Assert.Throws<PoshAcmeException>(() => profile.Open(dataProtector: new OthersProtector()).ReadProxyCredential(server));

        Assert.Equal("ProfileOfAnotherUser", error.ErrorId);
        Assert.Contains("password of the proxy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_access_to_files_of_another_user_is_such_an_error_that_names_what_can_be_seen()
    {
        var foreign = new ForeignProfile(new TestOwners());
        var hidden = Path.Combine(Path.GetTempPath(), "hidden-" + Guid.NewGuid().ToString("N"), "acct.json");

        var error = foreign.Explain(hidden, $"The file '{hidden}' could not be read", new UnauthorizedAccessException("denied"));

        Assert.Equal(("ProfileOfAnotherUser", ErrorKind.PermissionDenied), (error!.ErrorId, error.Kind));
        Assert.Contains($"'{Path.GetTempPath().TrimEnd('/')}' belongs to 'bob'", error.Message, StringComparison.Ordinal);
        Assert.Contains("POSHACME_HOME", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_access_to_files_of_the_same_user_is_no_such_error()
    {
        var foreign = new ForeignProfile(new TestOwners { Current = new FileOwner("uid 1001", "bob") });

        Assert.Null(foreign.Explain(profile.Root, "x", new UnauthorizedAccessException()));
    }

    [FactAsRoot]
    public async Task What_root_makes_in_the_profile_of_another_user_is_that_users()
    {
        var (server, account, order) = profile.Populate();
        await ExternalProgram.RequireAsync("chown", ["-R", "65534:65533", profile.Root]);

        account.Contact = ["mailto:me@example.test"];
        profile.Store.SaveAccount(account);
        var added = profile.AddOrder(account, "new.test", "new.test");
        using var hold = await profile.Store.LockOrderAsync(order, TimeSpan.FromSeconds(5), CancellationToken.None);
        profile.Store.SaveProxyCredential(server, new NetworkCredential("bob", "pw"));

        var owners = await ExternalProgram.RequireAsync("find", [profile.Root, "-not", "(", "-uid", "65534", "-a", "-gid", "65533", ")"]);
        Assert.Equal("", owners.Output);
        Assert.True(File.Exists(Path.Combine(added.Folder, "order.json")));
        var modes = await ExternalProgram.RequireAsync("find", [profile.Root, "-perm", "/077"]);
        Assert.Equal("", modes.Output);
    }

    [FactAsRoot]
    public async Task A_new_profile_in_the_folder_of_another_user_stays_roots()
    {
        var home = Directory.CreateDirectory(profile.Root + "-home");
        try
        {
            await ExternalProgram.RequireAsync("chown", ["65534:65534", home.FullName]);
            var store = new ProfileStore(Path.Combine(home.FullName, "profile"), null, SystemClock.Instance, profile.Reporter);
            store.SaveServer(store.CreateServer(TestProfile.DirectoryUrl, null));

            var owned = await ExternalProgram.RequireAsync("find", [store.Root, "-not", "-uid", "0"]);
            Assert.Equal("", owned.Output);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    [FactAsRoot]
    public async Task A_lock_file_that_is_a_link_to_a_file_of_roots_gives_that_to_nobody()
    {
        profile.Populate();
        var target = profile.Root + "-target";
        await File.WriteAllTextAsync(target, "");
        try
        {
            File.CreateSymbolicLink(Path.Combine(profile.Root, "~profile.lock"), target);
            await ExternalProgram.RequireAsync("chown", ["65534:65534", profile.Root]);

            (await profile.Store.LockAsync(TimeSpan.FromSeconds(5), CancellationToken.None)).Dispose();

            Assert.Equal("0", (await ExternalProgram.RequireAsync("stat", ["-c", "%u", target])).Output.Trim());
        }
        finally
        {
            File.Delete(target);
        }
    }

    private sealed class OthersProtector : IDataProtector
    {
        public byte[] Protect(byte[] data) => data;

        public byte[] Unprotect(byte[] data) => throw new System.Security.Cryptography.CryptographicException();
    }
}

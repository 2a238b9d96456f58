using System.Runtime.Versioning;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public class WriteTests
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;

    [FactWithModes]
    [UnsupportedOSPlatform("windows")]
    public async Task Everything_that_is_created_belongs_to_the_user_alone()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        profile.Store.SavePluginArguments(account, order, [], [new("A", "b")]);
        profile.Store.WritePluginVars(account, "{}");
        profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("new", chains: 2));
        profile.Store.SavePendingKey(order, [1]);
        using var held = await profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(PrivateFolder, File.GetUnixFileMode(profile.Root));
        foreach (var path in Directory.GetFileSystemEntries(profile.Root, "*", SearchOption.AllDirectories))
        {
            Assert.Equal((path, Directory.Exists(path) ? PrivateFolder : PrivateFile), (path, File.GetUnixFileMode(path)));
        }
    }

    [FactWithModes]
    [UnsupportedOSPlatform("windows")]
    public void A_file_that_others_could_read_is_private_after_its_next_write()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        var path = Path.Combine(account.Folder, "acct.json");
        File.SetUnixFileMode(path, PrivateFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        profile.Store.SaveAccount(account);

        Assert.Equal(PrivateFile, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Files_are_written_without_byte_order_mark()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();

        Assert.Equal((byte)'{', File.ReadAllBytes(Path.Combine(account.Folder, "acct.json"))[0]);
        Assert.Equal((byte)'1', File.ReadAllBytes(Path.Combine(profile.Root, "ca.example.test_14000", "current-account.txt"))[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_full_disk_is_an_error_that_names_the_file_and_the_old_one_stays(int failAt)
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        var path = Path.Combine(account.Folder, "acct.json");
        var before = File.ReadAllText(path);

        // The folder exists, so creating it fails first in a store that sees a full disk from step 1 on.
        var store = profile.Open(new FaultyFileSystem(failAt, () => new IOException("No space left on device"), isLasting: false));
        account.Status = "deactivated";
        var error = Assert.Throws<PoshAcmeException>(() => store.SaveAccount(account));

        Assert.Equal(("ProfileWriteFailed", ErrorKind.WriteError), (error.ErrorId, error.Kind));
        Assert.Contains(account.Folder, error.Message, StringComparison.Ordinal);
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(path));
        Assert.Equal(["acct.json", "current-order.txt"], Directory.GetFiles(account.Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_write_that_may_not_be_is_an_error_that_names_the_file()
    {
        using var profile = new TestProfile();
        var (server, account, _) = profile.Populate();
        var store = profile.Open(new FaultyFileSystem(1, () => new UnauthorizedAccessException("denied")));

        Assert.All(
            new Action[]
            {
                () => store.SaveServer(server),
                () => store.SetCurrentAccount(server, account),
                () => store.RenameAccount(server, account, "x"),
                () => store.RemoveServer(server),
            },
            action => Assert.Equal(("ProfileWriteFailed", ErrorKind.WriteError), (Assert.Throws<PoshAcmeException>(action).ErrorId, ErrorKind.WriteError)));
        Assert.True(File.Exists(Path.Combine(account.Folder, "acct.json")));
    }

    [Fact]
    public void A_place_where_nothing_can_be_created_is_an_error()
    {
        using var profile = new TestProfile();
        profile.Write("file", "");
        var store = new ProfileStore(Path.Combine(profile.Root, "file", "below"), null, profile.Clock, profile.Reporter);

        var error = Assert.Throws<PoshAcmeException>(() => store.SaveServer(store.CreateServer("https://ca/", null)));

        Assert.Equal("ProfileWriteFailed", error.ErrorId);
    }

    [Fact]
    public void A_temporary_file_that_cannot_be_written_is_not_left_behind()
    {
        using var profile = new TestProfile();
        var folder = Path.Combine(profile.Root, "missing");

        Assert.ThrowsAny<IOException>(() => PhysicalFileSystem.Instance.CreateTemporaryFile(Path.Combine(folder, "x"), [1]));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Names_beyond_ascii_in_the_path_are_no_obstacle()
    {
        using var profile = new TestProfile();
        var store = new ProfileStore(Path.Combine(profile.Root, "Zertifikate für Müller ✓"), null, profile.Clock, profile.Reporter);

        store.SaveServer(store.CreateServer("https://ca/", "ca"));

        Assert.Equal("ca", Assert.Single(store.ListServers()).Name);
        Assert.Equal(["dir.json"], Directory.GetFiles(Path.Combine(store.Root, "ca")).Select(Path.GetFileName));
    }
}

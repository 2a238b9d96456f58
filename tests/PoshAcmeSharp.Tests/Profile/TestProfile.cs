using System.Text;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>A profile in a folder of its own that goes away with the test.</summary>
internal sealed class TestProfile : IDisposable
{
    public const string DirectoryUrl = "https://ca.example.test:14000/dir";

    public TestProfile()
    {
        Root = Path.Combine(Path.GetTempPath(), "profile-" + Guid.NewGuid().ToString("N"));
        Store = Open();
    }

    public string Root { get; }

    public RecordingReporter Reporter { get; } = new();

    public FakeClock Clock { get; } = new();

    public ProfileStore Store { get; }

    public ProfileStore Open(
        IFileSystem? fileSystem = null, IDataProtector? dataProtector = null, ISecretVault? vault = null, IDataProtector? machineProtector = null, ForeignProfile? foreign = null)
        => new(Root, fileSystem, Clock, Reporter, dataProtector, vault, machineProtector, foreign);

    /// <summary>A server, an account and an order, each current.</summary>
    public (StoredServer Server, StoredAccount Account, StoredOrder Order) Populate(string orderName = "www.example.test")
    {
        var server = Store.CreateServer(DirectoryUrl, null);
        Store.SaveServer(server);
        Store.SetCurrentServer(server);
        var account = Store.CreateAccount(server, "1");
        account.Status = "valid";
        Store.SaveAccount(account);
        Store.SetCurrentAccount(server, account);
        var order = AddOrder(account, orderName, orderName);
        Store.SetCurrentOrder(account, order);
        return (server, account, order);
    }

    public StoredOrder AddOrder(StoredAccount account, string name, string mainDomain, string? expires = null)
    {
        var order = Store.CreateOrder(account, name);
        order.MainDomain = mainDomain;
        order.Expires = expires;
        Store.SaveOrder(order);
        return order;
    }

    /// <summary>Puts a file below the root, as another program would have left it.</summary>
    public string Write(string path, string text, Encoding? encoding = null)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text, encoding ?? new UTF8Encoding(false));
        return full;
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public void Dispose()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}

using System.Text;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.MonoSmoke;

/// <summary>Writes a profile with a certificate, opens it again, and compares.</summary>
internal sealed class ProfileSmoke(string folder)
{
    private const string AccountId = "1";
    private const string OrderName = "mono.test";
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    public async Task RunAsync(AcmeDirectory directory, AcmeAccountClient account, IssuedCertificate issued)
    {
        await WriteAsync(directory, account, issued).ConfigureAwait(false);
        Read(directory, account, issued);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private ProfileStore Open() => new(folder, fileSystem: null, SystemClock.Instance, NullReporter.Instance);

    private async Task WriteAsync(AcmeDirectory directory, AcmeAccountClient account, IssuedCertificate issued)
    {
        var store = Open();
        using var profileLock = await store.LockAsync(LockTimeout, CancellationToken.None).ConfigureAwait(false);
        var server = store.CreateServer(directory.Location, name: null);
        store.SaveServer(server);
        store.SetCurrentServer(server);
        var stored = store.CreateAccount(server, AccountId);
        stored.Location = account.Account.Location;
        stored.Key = account.Key.ToPrivateJwk();
        store.SaveAccount(stored);
        store.SetCurrentAccount(server, stored);

        var order = store.CreateOrder(stored, OrderName);
        store.SaveOrder(order);
        using var orderLock = await store.LockOrderAsync(order, LockTimeout, CancellationToken.None).ConfigureAwait(false);
        store.ReplaceCertificateFiles(order, new CertificateFileSet
        {
            Key = Bytes(issued.Key.ToPem()),
            Certificate = Bytes(issued.Chain.LeafPem),
            OfferedChains = [Bytes(issued.Chain.IssuersPem)],
            Chain = Bytes(issued.Chain.IssuersPem),
            FullChain = Bytes(issued.Chain.FullChainPem),
            Pfx = PfxWriter.Create(issued.Chain.Leaf, [], issued.Key, new PfxOptions()),
            PfxFullChain = PfxWriter.Create(issued.Chain.Leaf, issued.Chain.Issuers, issued.Key, new PfxOptions()),
        });
    }

    private void Read(AcmeDirectory directory, AcmeAccountClient account, IssuedCertificate issued)
    {
        var store = Open();
        var server = store.GetCurrentServer();
        Program.Check(server?.Location == directory.Location, "the current server is read back");
        var stored = store.GetCurrentAccount(server!);
        using var key = AccountKey.FromJwk(stored!.Key!);
        Program.Check(stored.Location == account.Account.Location && key.Thumbprint == account.Key.Thumbprint, "the account and its key are read back");
        var fullChain = store.ReadOrderFile(store.FindOrder(stored, OrderName)!, OrderFileNames.FullChain);
        Program.Check(Encoding.UTF8.GetString(fullChain!) == issued.Chain.FullChainPem, "the certificate is read back");
        var names = Directory.GetFiles(store.FindOrder(stored, OrderName)!.Folder).Select(Path.GetFileName);
        Program.Check(names.Contains(OrderFileNames.PfxFullChain), "the PFX is there");
    }
}

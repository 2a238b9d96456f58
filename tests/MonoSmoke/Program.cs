using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.MonoSmoke;

/// <summary>Keys, an issuance from Pebble and the profile on a runtime that is not .NET. Ends with 0 when all went well.</summary>
internal static class Program
{
    private const string Usage = "Usage: MonoSmoke <directory URL> <PEM file of the API's CA> <management URL of pebble-challtestsrv> <empty folder>";

    private static async Task<int> Main(string[] args)
    {
        if (args.Length != 4)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        try
        {
            MakeKeys();
            await IssueAsync(args[0], args[1], new Uri(args[2]), args[3]).ConfigureAwait(false);
            return 0;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e);
            return 1;
        }
    }

    private static void MakeKeys()
    {
        foreach (var bits in new[] { "2048", "3072" })
        {
            using var key = PrivateKey.Generate(KeyLength.Parse(bits));
            using var read = PrivateKey.FromPem(key.ToPem());
            Check(read.KeyLength.ToString() == bits && read.SubjectPublicKeyInfo.SequenceEqual(key.SubjectPublicKeyInfo), $"an RSA key of {bits} bits is the same after writing and reading");
        }

        try
        {
            PrivateKey.Generate(KeyLength.Ec256).Dispose();
            Console.WriteLine("ok: this runtime has elliptic curves");
        }
        catch (PoshAcmeException e)
        {
            Check(e.ErrorId == "EcKeysNotSupported", "an EC key is refused with " + e.ErrorId);
        }
    }

    private static async Task IssueAsync(string directoryUrl, string caCertificatePath, Uri challengeServer, string folder)
    {
        using var stranger = await ConnectIfTrustedAsync(directoryUrl, new AcmeOptions()).ConfigureAwait(false);
        Check(stranger is null, "a server with a certificate of an unknown CA is not trusted");

        using var client = await AcmeClient.ConnectAsync(directoryUrl, new AcmeOptions { CACertificatePem = File.ReadAllText(caCertificatePath) }).ConfigureAwait(false);
        using var accountKey = AccountKey.Generate(KeyLength.Rsa2048);
        var account = await client.NewAccountAsync(accountKey, new NewAccountOptions { TermsOfServiceAgreed = true }).ConfigureAwait(false);
        using var plugin = new ChallengeServerPlugin(challengeServer);
        string[] names = ["mono.test", "*.mono.test", "www.mono.test"];
        using var issued = await new CertificateIssuer(account).IssueAsync(names, plugin, new IssueOptions { DnsWait = null }).ConfigureAwait(false);
        Check(issued.Chain.Leaf.AllSans.OrderBy(n => n, StringComparer.Ordinal).SequenceEqual(names.OrderBy(n => n, StringComparer.Ordinal)), "a certificate was issued for " + string.Join(", ", names));

        await new ProfileSmoke(folder).RunAsync(client.Directory, account, issued).ConfigureAwait(false);
    }

    private static async Task<AcmeClient?> ConnectIfTrustedAsync(string directoryUrl, AcmeOptions options)
    {
        try
        {
            return await AcmeClient.ConnectAsync(directoryUrl, options).ConfigureAwait(false);
        }
        catch (PoshAcmeException e) when (e.ErrorId == "ServerNotTrusted")
        {
            return null;
        }
    }

    internal static void Check(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException("It is not so that " + what);
        }

        Console.WriteLine("ok: " + what);
    }
}

using System.Text;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>Sets of files whose contents tell which set they are of.</summary>
internal static class CertificateSets
{
    public static CertificateFileSet Of(string content, int chains, bool hasKey = true) => new()
    {
        Key = hasKey ? Bytes(content) : null,
        Certificate = Bytes(content),
        OfferedChains = Enumerable.Repeat(Bytes(content), chains).ToArray(),
        Chain = Bytes(content),
        FullChain = Bytes(content),
        Pfx = hasKey ? Bytes(content) : null,
        PfxFullChain = hasKey ? Bytes(content) : null,
        Request = Bytes(content),
    };

    /// <summary>The names of the files of such a set, sorted.</summary>
    public static string[] Names(int chains, bool hasKey = true)
        => new[] { "cert.cer", "chain.cer", "fullchain.cer", "request.csr", "order.json" }
            .Concat(Enumerable.Range(0, chains).Select(i => $"chain{i}.cer"))
            .Concat(hasKey ? ["cert.key", "cert.pfx", "fullchain.pfx"] : [])
            .Order(StringComparer.Ordinal)
            .ToArray();

    private static byte[] Bytes(string content) => Encoding.ASCII.GetBytes(content);
}

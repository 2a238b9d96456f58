using System.Security.Cryptography;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>A way to sign messages (RFC 8945 section 6).</summary>
internal sealed class TsigAlgorithm
{
    // The runtime has no HMAC with SHA-224; all others are its own.
#pragma warning disable CA5350, CA5351 // What the server's key is made for; servers of old know no others than these two.
    private static readonly TsigAlgorithm[] Known =
    [
        new("hmac-md5", "hmac-md5.sig-alg.reg.int", static (key, data) => Compute(new HMACMD5(key), data)),
        new("hmac-sha1", "hmac-sha1", static (key, data) => Compute(new HMACSHA1(key), data)),
        new("hmac-sha224", "hmac-sha224", HmacSha224.Compute),
        new("hmac-sha256", "hmac-sha256", static (key, data) => Compute(new HMACSHA256(key), data)),
        new("hmac-sha384", "hmac-sha384", static (key, data) => Compute(new HMACSHA384(key), data)),
        new("hmac-sha512", "hmac-sha512", static (key, data) => Compute(new HMACSHA512(key), data)),
    ];
#pragma warning restore CA5350, CA5351

    private TsigAlgorithm(string name, string nameOnWire, Func<byte[], byte[], byte[]> computeMac)
    {
        Name = name;
        NameOnWire = nameOnWire;
        ComputeMac = computeMac;
    }

    /// <summary>The names of all.</summary>
    internal static string Names => string.Join(", ", Known.Select(static algorithm => algorithm.Name));

    /// <summary>The name that users give.</summary>
    internal string Name { get; }

    /// <summary>The name in messages.</summary>
    internal string NameOnWire { get; }

    /// <summary>Computes the code of a message: of a key and data.</summary>
    internal Func<byte[], byte[], byte[]> ComputeMac { get; }

    /// <summary>Finds an algorithm.</summary>
    /// <param name="name">Its name, upper or lower case.</param>
    /// <returns>The algorithm, or null.</returns>
    internal static TsigAlgorithm? Find(string name)
        => Array.Find(Known, algorithm => string.Equals(algorithm.Name, name.Trim(), StringComparison.OrdinalIgnoreCase));

    private static byte[] Compute(HMAC hmac, byte[] data)
    {
        using (hmac)
        {
            return hmac.ComputeHash(data);
        }
    }
}

using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace PoshAcmeSharp.Certificates;

/// <summary>HMAC with SHA-224 (RFC 4231), which no platform has.</summary>
internal static class HmacSha224
{
    public static byte[] Compute(byte[] key, byte[] data)
    {
        var hmac = new HMac(new Sha224Digest());
        hmac.Init(new KeyParameter(key));
        hmac.BlockUpdate(data, 0, data.Length);
        var mac = new byte[hmac.GetMacSize()];
        hmac.DoFinal(mac, 0);
        return mac;
    }
}

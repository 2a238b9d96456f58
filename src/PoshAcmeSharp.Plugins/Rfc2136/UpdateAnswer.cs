namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>What a server answered to a message.</summary>
/// <param name="Message">The answer as bytes.</param>
/// <param name="Server">The address that answered, with its port.</param>
/// <param name="Tsig">Its TSIG record, or null.</param>
internal sealed record UpdateAnswer(byte[] Message, string Server, TsigRecord? Tsig)
{
    /// <summary>The response code.</summary>
    internal UpdateCode Code => (UpdateCode)(Message[3] & 0x0F);

    /// <summary>What is wrong with our signature; <see cref="UpdateCode.NoError"/> when nothing is.</summary>
    internal UpdateCode SignatureError => (UpdateCode)(Tsig?.Error ?? 0);
}

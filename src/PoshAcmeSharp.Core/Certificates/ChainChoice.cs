namespace PoshAcmeSharp.Certificates;

/// <summary>Which of several chains was chosen.</summary>
/// <param name="Index">Its place in the list; 0 is the CA's default.</param>
/// <param name="PreferredNotFound">True when a chain was preferred and none of them matched.</param>
public sealed record ChainChoice(int Index, bool PreferredNotFound);

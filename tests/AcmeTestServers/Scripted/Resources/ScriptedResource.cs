using System.Security.Cryptography;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>What all resources of the scripted server have in common. Tests may change a resource while the server runs.</summary>
public abstract class ScriptedResource
{
    private protected ScriptedResource(ScriptedAcmeState state, AcmeOperation operation)
    {
        Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        Url = state.Url(operation, Id);
    }

    /// <summary>The last part of its URL.</summary>
    public string Id { get; }

    /// <summary>Its URL.</summary>
    public string Url { get; }

    /// <summary>Whether the server has forgotten it: it answers 404.</summary>
    public bool IsGone { get; set; }
}

namespace PoshAcmeSharp.Build;

/// <summary>Something is wrong with what is built; the message says what.</summary>
/// <param name="message">What is wrong.</param>
public sealed class BuildException(string message) : Exception(message);
